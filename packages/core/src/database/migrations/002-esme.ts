import type { Database } from '../../runtime.js';
import { columnTypes } from '../column-types.js';

/** The tables for customers who bind over SMPP. */
export function esmeTables(kind: Database['kind']): string[] {
  const { uuid, text, integer, bigint, strict, clustered } = columnTypes(kind);

  return [
    `CREATE TABLE sms_esme_logins (
      account_id ${uuid} PRIMARY KEY REFERENCES sms_accounts (id),
      password_hash ${text},
      addresses ${text} NOT NULL,
      segments_per_second ${integer} CHECK (segments_per_second > 0),
      max_sessions ${integer} CHECK (max_sessions > 0),
      alphabet ${text} CHECK (alphabet IN ('gsm7', 'latin1', 'ascii', 'utf8')),
      version ${integer} NOT NULL DEFAULT 1,
      bound_at ${bigint},
      updated_at ${bigint} NOT NULL
    )${strict}`,

    // One row: the end of the last block of ids that a process took.
    `CREATE TABLE sms_esme_ids (
      id ${integer} PRIMARY KEY CHECK (id = 1),
      taken_to ${bigint} NOT NULL
    )${strict}`,
    `INSERT INTO sms_esme_ids (id, taken_to) VALUES (1, 1000000000)`,

    // Which message a submission became. A submission to several numbers has a row for each; a long message has one
    // for each of its parts.
    `CREATE TABLE sms_esme_messages (
      id ${bigint} NOT NULL,
      message_id ${uuid} NOT NULL,
      account_id ${uuid} NOT NULL,
      tell ${text} NOT NULL CHECK (tell IN ('never', 'always', 'success', 'failure')),
      session ${text} NOT NULL,
      worker_id ${uuid} NOT NULL,
      envelope ${text} NOT NULL,
      submitted_at ${bigint} NOT NULL,
      PRIMARY KEY (id, message_id)
    )${clustered}`,
    `CREATE INDEX sms_esme_messages_message ON sms_esme_messages (message_id)`,

    // Parts of long messages that wait for the others. Their credit is held under the id of the hold.
    `CREATE TABLE sms_esme_parts (
      id ${bigint} PRIMARY KEY,
      hold_id ${uuid} NOT NULL,
      account_id ${uuid} NOT NULL,
      part_key ${text} NOT NULL,
      number ${integer} NOT NULL,
      total ${integer} NOT NULL CHECK (total BETWEEN 2 AND 255 AND number BETWEEN 1 AND total),
      cost ${bigint} NOT NULL,
      body ${text} NOT NULL,
      submission ${text} NOT NULL,
      worker_id ${uuid} NOT NULL,
      received_at ${bigint} NOT NULL
    )${strict}`,
    `CREATE INDEX sms_esme_parts_key ON sms_esme_parts (account_id, part_key)`,
    `CREATE INDEX sms_esme_parts_received ON sms_esme_parts (received_at)`,

    `CREATE TABLE sms_esme_deliveries (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL,
      body ${text} NOT NULL,
      prefers ${uuid},
      attempts ${integer} NOT NULL DEFAULT 0,
      next_at ${bigint} NOT NULL,
      worker_id ${uuid},
      created_at ${bigint} NOT NULL
    )${strict}`,
    `CREATE INDEX sms_esme_deliveries_due ON sms_esme_deliveries (account_id, next_at) WHERE worker_id IS NULL`,
    `CREATE INDEX sms_esme_deliveries_claimed ON sms_esme_deliveries (worker_id) WHERE worker_id IS NOT NULL`,
    `CREATE INDEX sms_esme_deliveries_created ON sms_esme_deliveries (created_at)`,
  ];
}
