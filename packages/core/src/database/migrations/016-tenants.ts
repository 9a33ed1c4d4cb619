import type { Database } from '../../runtime.js';
import { columnTypes, isOneOf } from '../column-types.js';

/**
 * Tenants: what a partner says of them, a state of their own beside the one they share with their partner, and credits
 * that one account gives another.
 */
export function tenantTables(kind: Database['kind']): string[] {
  const { uuid, text, integer, bigint, clustered } = columnTypes(kind);
  const phases = `CONSTRAINT sms_transfers_phase CHECK (
        (phase = 1 AND kind IN ('top_up', 'hold', 'reserve', 'allot', 'transfer_out')) OR
        (phase = 2 AND kind IN ('capture', 'release', 'return', 'transfer_in')) OR
        (phase = 3 AND kind = 'refund')
      )`;
  /** SQLite cannot change a constraint: the journal is copied into a table that has the new one. */
  const widenJournal =
    kind === 'postgres'
      ? ['ALTER TABLE sms_transfers DROP CONSTRAINT sms_transfers_phase', `ALTER TABLE sms_transfers ADD ${phases}`]
      : [
          'ALTER TABLE sms_transfers RENAME TO sms_transfers_before',
          `CREATE TABLE sms_transfers (
            subject_id ${uuid} NOT NULL,
            phase ${integer} NOT NULL,
            kind ${text} NOT NULL,
            account_id ${uuid} NOT NULL,
            amount ${bigint} NOT NULL CHECK (amount >= 0),
            at ${bigint} NOT NULL,
            PRIMARY KEY (subject_id, phase),
            ${phases}
          )${clustered}`,
          'INSERT INTO sms_transfers SELECT subject_id, phase, kind, account_id, amount, at FROM sms_transfers_before',
          'DROP TABLE sms_transfers_before',
          `CREATE INDEX sms_transfers_paid ON sms_transfers (account_id, at) WHERE kind = 'top_up'`,
          `CREATE INDEX sms_transfers_statement ON sms_transfers (account_id, at, subject_id, phase, kind, amount)`,
        ];

  return [
    ...widenJournal,

    // state is what holds: that of the partner too. own_state is what was said of the account itself.
    `ALTER TABLE sms_accounts ADD COLUMN own_state ${text} NOT NULL DEFAULT 'active'
      ${isOneOf('own_state', 'active', 'suspended')}
      CONSTRAINT sms_accounts_own_state CHECK (own_state = 'active' OR state = 'suspended')`,
    `UPDATE sms_accounts SET own_state = state`,
    // The name as it is compared: the tenants of a partner have different ones.
    `ALTER TABLE sms_accounts ADD COLUMN name_key ${text}`,
    `ALTER TABLE sms_accounts ADD COLUMN search_text ${text}`,
    `UPDATE sms_accounts SET search_text = lower(name)`,
    // JSON objects: whom to ask for, and how the tenant looks to its own customers.
    `ALTER TABLE sms_accounts ADD COLUMN contact ${text}`,
    `ALTER TABLE sms_accounts ADD COLUMN brand ${text}`,
    `ALTER TABLE sms_accounts ADD COLUMN updated_at ${bigint}`,
    `CREATE INDEX sms_accounts_tenants ON sms_accounts (parent_id, id) WHERE parent_id IS NOT NULL`,
    `CREATE UNIQUE INDEX sms_accounts_tenant_name ON sms_accounts (parent_id, name_key) WHERE parent_id IS NOT NULL`,
  ];
}
