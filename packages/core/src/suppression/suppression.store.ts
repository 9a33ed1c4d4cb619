import {
  databaseKind,
  insertRows,
  recordset,
  select,
  selectOne,
  type Columns,
  type Recordset,
} from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import type { Suppression } from './suppression.js';

/** The name a commit is undone under when one of its recipients wants no more messages. */
export const nobodySuppressed = 'suppressed';

interface Key {
  accountId: string;
  phone: string;
}

const keySet = (kind: Database['kind'], keys: readonly Key[]): Recordset =>
  recordset(
    kind,
    { account_id: 'uuid', phone: 'text' },
    keys.map(({ accountId, phone }) => ({ account_id: accountId, phone })),
  );

/** Undoes the commit when a recipient has opted out. */
export function expectNotSuppressed(kind: Database['kind'], keys: readonly Key[]): Statement {
  const recipients = keySet(kind, keys);
  return {
    sql: `SELECT 1 FROM ${recipients.sql}
          JOIN sms_suppressions s ON s.account_id = j.account_id AND s.phone = j.phone`,
    bindings: [recipients.json],
    expect: { rows: 0, name: nobodySuppressed },
  };
}

/** Which of the recipients have opted out. */
export async function suppressedAmong(
  tx: Transaction,
  accountId: string,
  phones: readonly string[],
): Promise<Set<string>> {
  const keys = keySet(
    databaseKind(tx),
    phones.map((phone) => ({ accountId, phone })),
  );
  const rows = await select<{ phone: string }>(
    tx,
    `SELECT s.phone FROM ${keys.sql}
      JOIN sms_suppressions s ON s.account_id = j.account_id AND s.phone = j.phone`,
    [keys.json],
  );
  return new Set(rows.map(({ phone }) => phone));
}

/** Adds an opt-out; false when it was there already. */
export async function suppress(
  tx: Transaction,
  suppression: { accountId: string; phone: string; reason: string; at: number },
): Promise<boolean> {
  const row = await selectOne(
    tx,
    `INSERT INTO sms_suppressions (account_id, phone, reason, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (account_id, phone) DO NOTHING RETURNING phone`,
    [suppression.accountId, suppression.phone, suppression.reason, suppression.at],
  );
  return row !== undefined;
}

/** Adds opt-outs; those that are there already keep their time. */
export function suppressAll(
  kind: Database['kind'],
  suppressions: readonly { accountId: string; phone: string; reason: string; at: number }[],
): Statement[] {
  if (suppressions.length === 0) return [];
  const rows = suppressions.map(({ accountId, phone, reason, at }) => ({
    account_id: accountId,
    phone,
    reason,
    created_at: at,
  }));
  const columns: Columns = { account_id: 'uuid', phone: 'text', reason: 'text', created_at: 'bigint' };
  return [insertRows(kind, 'sms_suppressions', columns, rows, 'ON CONFLICT (account_id, phone) DO NOTHING')];
}

/** Takes an opt-out back; false when there was none. */
export async function unsuppress(tx: Transaction, accountId: string, phone: string): Promise<boolean> {
  const row = await selectOne(tx, 'DELETE FROM sms_suppressions WHERE account_id = ? AND phone = ? RETURNING phone', [
    accountId,
    phone,
  ]);
  return row !== undefined;
}

interface SuppressionRow {
  phone: string;
  reason: string;
  created_at: number;
}

const suppressionOf = ({ phone, reason, created_at: createdAt }: SuppressionRow): Suppression => ({
  phone,
  reason,
  createdAt,
});

export async function findSuppression(
  tx: Transaction,
  accountId: string,
  phone: string,
): Promise<Suppression | undefined> {
  const row = await selectOne<SuppressionRow>(
    tx,
    'SELECT phone, reason, created_at FROM sms_suppressions WHERE account_id = ? AND phone = ?',
    [accountId, phone],
  );
  return row && suppressionOf(row);
}

/** A page of an account's list, the latest first, and how many are on it in all. */
export async function listSuppressions(
  tx: Transaction,
  accountId: string,
  page: { limit: number; offset: number },
): Promise<{ suppressions: Suppression[]; total: number }> {
  const rows = await select<SuppressionRow>(
    tx,
    `SELECT phone, reason, created_at FROM sms_suppressions WHERE account_id = ?
      ORDER BY created_at DESC, phone LIMIT ? OFFSET ?`,
    [accountId, page.limit, page.offset],
  );
  const count = await selectOne<{ n: number }>(tx, 'SELECT count(*) AS n FROM sms_suppressions WHERE account_id = ?', [
    accountId,
  ]);
  return { suppressions: rows.map(suppressionOf), total: count?.n ?? 0 };
}
