import type { Database } from '../../runtime.js';
import { columnTypes, isOneOf } from '../column-types.js';

/**
 * What customers do for themselves on a web site: texts to send again, codes that prove an address, what they say of
 * the sender IDs they ask for, and webhooks in a vendor's form.
 */
export function selfServiceTables(kind: Database['kind']): string[] {
  const { uuid, text, integer, bigint, strict, clustered } = columnTypes(kind);

  return [
    `CREATE TABLE sms_templates (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      name ${text} NOT NULL,
      category ${text} NOT NULL,
      language ${text} NOT NULL,
      body ${text} NOT NULL,
      variables ${text} NOT NULL,
      active ${integer} NOT NULL CHECK (active IN (0, 1)),
      favourite ${integer} NOT NULL CHECK (favourite IN (0, 1)),
      uses ${bigint} NOT NULL DEFAULT 0 CHECK (uses >= 0),
      search_text ${text} NOT NULL,
      created_at ${bigint} NOT NULL,
      updated_at ${bigint} NOT NULL,
      PRIMARY KEY (account_id, id)
    )${strict}`,

    // One code of a kind for an address at a time. Tries count the wrong ones.
    `CREATE TABLE sms_codes (
      address ${text} NOT NULL,
      purpose ${text} NOT NULL ${isOneOf('purpose', 'activation', 'password')},
      user_id ${uuid} NOT NULL REFERENCES sms_users (id),
      hash ${text} NOT NULL,
      tries ${integer} NOT NULL DEFAULT 0 CHECK (tries >= 0),
      expires_at ${bigint} NOT NULL,
      PRIMARY KEY (address, purpose)
    )${clustered}`,
    `CREATE INDEX sms_codes_hash ON sms_codes (hash)`,
    `CREATE INDEX sms_codes_expiry ON sms_codes (expires_at)`,

    // What is said of a sender ID that is asked for, and of the decision about it.
    `ALTER TABLE sms_sender_ids ADD COLUMN purpose ${text}`,
    `ALTER TABLE sms_sender_ids ADD COLUMN sample ${text}`,
    `ALTER TABLE sms_sender_ids ADD COLUMN decided_at ${bigint}`,
    `ALTER TABLE sms_sender_ids ADD COLUMN decision_reason ${text}`,

    // Tags that everybody in an imported file is given, as a list in JSON.
    `ALTER TABLE sms_contact_imports ADD COLUMN tags ${text} NOT NULL DEFAULT '[]'`,

    // Null is the platform's own form.
    `ALTER TABLE sms_webhooks ADD COLUMN format_id ${text}`,

    // What was paid in, among many more transfers.
    `CREATE INDEX sms_transfers_paid ON sms_transfers (account_id, at) WHERE kind = 'top_up'`,
  ];
}
