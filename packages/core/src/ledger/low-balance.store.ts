import { recordset, select, selectOne } from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';

/** A balance that has fallen below its threshold more often than its owner was told. */
export interface LowBalance {
  account_id: string;
  available: number;
  low_below: number;
  low_crossed: number;
}

/** Those whose owner is to be told. A threshold that was taken back meanwhile is told of no more. */
export function untoldLowBalances(tx: Transaction, limit: number): Promise<LowBalance[]> {
  return select<LowBalance>(
    tx,
    `SELECT account_id, available, coalesce(low_below, 0) AS low_below, low_crossed FROM sms_balances
      WHERE low_crossed > low_told ORDER BY account_id LIMIT ?`,
    [limit],
  );
}

/** The name a commit is undone under when another process has told first. */
export const firstToTell = 'low balances';

/** Notes that owners are being told of all falls until those that were read. */
export function lowBalancesTold(kind: Database['kind'], told: readonly LowBalance[]): Statement {
  const rows = recordset(
    kind,
    { account_id: 'uuid', crossed: 'integer' },
    told.map(({ account_id, low_crossed }) => ({ account_id, crossed: low_crossed })),
  );
  return {
    sql: `UPDATE sms_balances AS b SET low_told = j.crossed FROM ${rows.sql}
          WHERE b.account_id = j.account_id AND b.low_told < j.crossed`,
    bindings: [rows.json],
    expect: { rows: told.length, name: firstToTell },
  };
}

/** The threshold of an account; undefined when there is no such account. */
export async function lowBelowOf(tx: Transaction, accountId: string): Promise<number | null | undefined> {
  const row = await selectOne<{ low_below: number | null }>(
    tx,
    'SELECT low_below FROM sms_balances WHERE account_id = ?',
    [accountId],
  );
  return row && row.low_below;
}

export function setLowBelow(accountId: string, below: number | null): Statement {
  return { sql: 'UPDATE sms_balances SET low_below = ? WHERE account_id = ?', bindings: [below, accountId] };
}
