import { recordset, databaseKind, select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { EsmeSettings } from './esme.js';

interface LoginRow {
  account_id: string;
  team_code: string;
  country: string;
  account_state: 'active' | 'suspended';
  account_version: number;
  version: number | null;
  password_hash: string | null;
  addresses: string | null;
  segments_per_second: number | null;
  max_sessions: number | null;
  alphabet: EsmeSettings['alphabet'];
}

/** A login with what is only compared and never shown. */
export interface StoredLogin {
  accountId: string;
  teamCode: string;
  country: string;
  isActive: boolean;
  version: string;
  passwordHash: string | null;
  settings: EsmeSettings;
}

// An account that was never set up for SMPP has no row; it may bind with a token all the same.
const columns = `a.id AS account_id, a.team_code, a.country, a.state AS account_state, a.version AS account_version,
  l.version, l.password_hash, l.addresses, l.segments_per_second, l.max_sessions, l.alphabet
  FROM sms_accounts a LEFT JOIN sms_esme_logins l ON l.account_id = a.id`;

const loginOf = (row: LoginRow): StoredLogin => ({
  accountId: row.account_id,
  teamCode: row.team_code,
  country: row.country,
  isActive: row.account_state === 'active',
  version: `${row.account_version}.${row.version ?? 0}`,
  passwordHash: row.password_hash,
  settings: {
    addresses: row.addresses === null ? [] : (JSON.parse(row.addresses) as string[]),
    segmentsPerSecond: row.segments_per_second,
    maxSessions: row.max_sessions,
    alphabet: row.alphabet,
  },
});

export async function findLogin(
  tx: Transaction,
  by: { teamCode: string } | { accountId: string },
): Promise<StoredLogin | undefined> {
  const [column, value] = 'teamCode' in by ? ['a.team_code', by.teamCode] : ['a.id', by.accountId];
  const row = await selectOne<LoginRow>(tx, `SELECT ${columns} WHERE ${column} = ?`, [value]);
  return row && loginOf(row);
}

/** The accounts as they are now, with their versions. */
export async function versionsOf(tx: Transaction, accountIds: readonly string[]): Promise<Map<string, string>> {
  const wanted = recordset(
    databaseKind(tx),
    { account_id: 'uuid' },
    accountIds.map((accountId) => ({ account_id: accountId })),
  );
  const rows = await select<{ id: string; account_version: number; version: number | null }>(
    tx,
    `SELECT a.id, a.version AS account_version, l.version FROM ${wanted.sql}
       JOIN sms_accounts a ON a.id = j.account_id LEFT JOIN sms_esme_logins l ON l.account_id = a.id`,
    [wanted.json],
  );
  return new Map(rows.map(({ id, account_version: account, version }) => [id, `${account}.${version ?? 0}`]));
}

/** Gives an account a password; what is bound with the one before is outdated. */
export function setPassword(accountId: string, hash: string, nowMs: number): Statement {
  return {
    sql: `INSERT INTO sms_esme_logins (account_id, password_hash, addresses, updated_at) VALUES (?, ?, '[]', ?)
          ON CONFLICT (account_id) DO UPDATE SET password_hash = excluded.password_hash,
            version = sms_esme_logins.version + 1, updated_at = excluded.updated_at`,
    bindings: [accountId, hash, nowMs],
  };
}

export function setSettings(accountId: string, settings: EsmeSettings, nowMs: number): Statement {
  return {
    sql: `INSERT INTO sms_esme_logins (account_id, addresses, segments_per_second, max_sessions, alphabet, updated_at)
          VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (account_id) DO UPDATE SET addresses = excluded.addresses,
            segments_per_second = excluded.segments_per_second, max_sessions = excluded.max_sessions,
            alphabet = excluded.alphabet, version = sms_esme_logins.version + 1, updated_at = excluded.updated_at`,
    bindings: [
      accountId,
      JSON.stringify(settings.addresses),
      settings.segmentsPerSecond,
      settings.maxSessions,
      settings.alphabet,
      nowMs,
    ],
  };
}

/** Notes that an account has bound. */
export function noteBind(accountId: string, nowMs: number): Statement {
  return {
    sql: `INSERT INTO sms_esme_logins (account_id, addresses, bound_at, updated_at) VALUES (?, '[]', ?, ?)
          ON CONFLICT (account_id) DO UPDATE SET bound_at = excluded.bound_at`,
    bindings: [accountId, nowMs, nowMs],
  };
}

/** Which of the accounts have bound since. */
export async function boundSince(tx: Transaction, accountIds: readonly string[], since: number): Promise<Set<string>> {
  const wanted = recordset(
    databaseKind(tx),
    { account_id: 'uuid' },
    accountIds.map((accountId) => ({ account_id: accountId })),
  );
  const rows = await select<{ account_id: string }>(
    tx,
    `SELECT l.account_id FROM ${wanted.sql} JOIN sms_esme_logins l ON l.account_id = j.account_id WHERE l.bound_at >= ?`,
    [wanted.json, since],
  );
  return new Set(rows.map(({ account_id: accountId }) => accountId));
}
