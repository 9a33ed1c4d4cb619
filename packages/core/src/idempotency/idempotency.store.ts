import { execute, insertRows, selectOne, type Columns } from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';

/** How long an answer is kept for a request that comes again. */
export const rememberForMs = 86_400_000;

export interface IdempotencyRow {
  accountId: string;
  key: string;
  /** A hash of the request: the same key with another request is a mistake. */
  fingerprint: string;
  /** The answer as JSON; null while the first request is still running. */
  result: string | null;
  expiresAt: number;
}

const columns: Columns = { account_id: 'uuid', key: 'text', fingerprint: 'text', result: 'text', expires_at: 'bigint' };

/** Whether a commit was undone because a key is taken. Names differ between the databases, the table does not. */
export const isKeyTaken = (conflictOn: string): boolean => conflictOn.includes('sms_idempotency');

/** Stores answers in the commit that makes them true; undone when a key is taken. */
export function rememberAnswers(kind: Database['kind'], rows: readonly IdempotencyRow[]): Statement[] {
  if (rows.length === 0) return [];
  return [
    insertRows(
      kind,
      'sms_idempotency',
      columns,
      rows.map(({ accountId, key, fingerprint, result, expiresAt }) => ({
        account_id: accountId,
        key,
        fingerprint,
        result,
        expires_at: expiresAt,
      })),
    ),
  ];
}

export async function findAnswer(
  tx: Transaction,
  accountId: string,
  key: string,
): Promise<{ fingerprint: string; result: string | null; expiresAt: number } | undefined> {
  const row = await selectOne<{ fingerprint: string; result: string | null; expires_at: number }>(
    tx,
    'SELECT fingerprint, result, expires_at FROM sms_idempotency WHERE account_id = ? AND key = ?',
    [accountId, key],
  );
  return row && { fingerprint: row.fingerprint, result: row.result, expiresAt: row.expires_at };
}

export function completeAnswer(accountId: string, key: string, result: string, expiresAt: number): Statement {
  return {
    sql: 'UPDATE sms_idempotency SET result = ?, expires_at = ? WHERE account_id = ? AND key = ?',
    bindings: [result, expiresAt, accountId, key],
  };
}

export function forgetAnswer(tx: Transaction, accountId: string, key: string): Promise<void> {
  return execute(tx, {
    sql: 'DELETE FROM sms_idempotency WHERE account_id = ? AND key = ?',
    bindings: [accountId, key],
  });
}

/** Frees one key whose time is over; left alone when somebody has taken it anew meanwhile. */
export function forgetExpiredAnswer(tx: Transaction, accountId: string, key: string, nowMs: number): Promise<void> {
  return execute(tx, {
    sql: 'DELETE FROM sms_idempotency WHERE account_id = ? AND key = ? AND expires_at <= ?',
    bindings: [accountId, key, nowMs],
  });
}

/** Takes out what has expired; a part of housekeeping. */
export function forgetExpired(nowMs: number): Statement {
  return { sql: 'DELETE FROM sms_idempotency WHERE expires_at <= ?', bindings: [nowMs] };
}
