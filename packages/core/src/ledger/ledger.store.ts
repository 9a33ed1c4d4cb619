import { insertRows, recordset, select, selectOne, type Columns } from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import { sumByAccount, transferPhases, type Balance, type Transfer } from './transfer.js';

const transferColumns: Columns = {
  subject_id: 'uuid',
  phase: 'integer',
  kind: 'text',
  account_id: 'uuid',
  amount: 'bigint',
  at: 'bigint',
};

const sumColumns: Columns = {
  account_id: 'uuid',
  available: 'bigint',
  held: 'bigint',
  captured: 'bigint',
  funded: 'bigint',
};

/** The name a commit is undone under when it would charge somebody who has no wallet. */
export const everyWallet = 'wallets';

/** Whether a commit was undone because somebody has less than it takes. */
export const isShortfall = (conflictOn: string): boolean => conflictOn.includes('sms_balances_available');

/**
 * The only way credits move. Journal and balances change in the same commit, a balance once per customer and batch.
 * The constraints answer for what can go wrong: `sms_balances_available` when there is not enough, the journal's key
 * when a subject's phase has happened before. Where a balance falls below its threshold is counted in the same change,
 * so that no fall is missed and none is counted twice.
 */
export function moveCredits(kind: Database['kind'], transfers: readonly Transfer[]): Statement[] {
  if (transfers.length === 0) return [];
  const sums = sumByAccount(transfers);
  const changes = recordset(
    kind,
    sumColumns,
    sums.map(({ accountId, ...sum }) => ({ account_id: accountId, ...sum })),
  );
  const journal = insertRows(
    kind,
    'sms_transfers',
    transferColumns,
    transfers.map((transfer) => ({
      subject_id: transfer.subjectId,
      phase: transferPhases[transfer.kind],
      kind: transfer.kind,
      account_id: transfer.accountId,
      amount: transfer.amount,
      at: transfer.at,
    })),
  );
  if (sums.length === 0) return [journal];
  return [
    journal,
    {
      sql: `UPDATE sms_balances AS b SET available = b.available + j.available, held = b.held + j.held,
              captured = b.captured + j.captured, funded = b.funded + j.funded,
              low_crossed = b.low_crossed + CASE
                WHEN b.available >= b.low_below AND b.available + j.available < b.low_below THEN 1 ELSE 0 END
            FROM ${changes.sql} WHERE b.account_id = j.account_id`,
      bindings: [changes.json],
      expect: { rows: sums.length, name: everyWallet },
    },
  ];
}

/** Opens an empty wallet. */
export function openWallet(accountId: string): Statement {
  return {
    sql: 'INSERT INTO sms_balances (account_id, available, held, captured, funded) VALUES (?, 0, 0, 0, 0)',
    bindings: [accountId],
  };
}

export function balanceOf(tx: Transaction, accountId: string): Promise<Balance | undefined> {
  return selectOne<Balance>(tx, 'SELECT available, held, captured, funded FROM sms_balances WHERE account_id = ?', [
    accountId,
  ]);
}

/** The account that a payment was credited to. */
export async function accountPaid(tx: Transaction, subjectId: string): Promise<string | undefined> {
  const row = await selectOne<{ account_id: string }>(
    tx,
    `SELECT account_id FROM sms_transfers WHERE subject_id = ? AND phase = 1 AND kind = 'top_up'`,
    [subjectId],
  );
  return row?.account_id;
}

/** What a subject gave another account; undefined when it is no gift, or none yet. */
export function creditGiven(
  tx: Transaction,
  subjectId: string,
): Promise<{ account_id: string; amount: number; at: number } | undefined> {
  return selectOne(
    tx,
    `SELECT account_id, amount, at FROM sms_transfers WHERE subject_id = ? AND phase = 2 AND kind = 'transfer_in'`,
    [subjectId],
  );
}

export interface PriceRow {
  side: 'sell' | 'buy';
  prefix: string;
  mccmnc: string | null;
  credits: number;
  effective_at: number;
  account_id: string | null;
}

/** The prices that may hold for an account: its own, its parent's, the platform's; without an account the last alone. */
export function pricesFor(tx: Transaction, accountId: string | null, parentId: string | null): Promise<PriceRow[]> {
  return select<PriceRow>(
    tx,
    `SELECT side, prefix, mccmnc, credits, effective_at, account_id FROM sms_prices
      WHERE account_id IS NULL OR account_id IN (?, ?) ORDER BY effective_at, id`,
    [accountId, parentId ?? accountId],
  );
}

/** A price that holds from a time on, for one account or, without one, for all. */
export function insertPrice(price: {
  id: string;
  accountId: string | null;
  side: 'sell' | 'buy';
  prefix: string;
  mccmnc: string | null;
  credits: number;
  effectiveAt: number;
}): Statement {
  return {
    sql: `INSERT INTO sms_prices (id, account_id, side, prefix, mccmnc, credits, effective_at)
          VALUES (?, ?, ?, ?, ?, ?, ?)`,
    bindings: [price.id, price.accountId, price.side, price.prefix, price.mccmnc, price.credits, price.effectiveAt],
  };
}
