import { select, selectOne } from '../database/statements.js';
import type { Transaction } from '../runtime.js';
import type { PaymentState } from './payment.js';
import type { Purchase } from './purchase.js';

/** A page of what an account bought, newest first, and how much there is in all. */
export async function listPurchases(
  tx: Transaction,
  accountId: string,
  states: readonly PaymentState[] | undefined,
  page: { limit: number; offset: number },
): Promise<{ purchases: Purchase[]; total: number }> {
  const { sql, bindings } = purchasesOf(accountId, states);
  const purchases = await select<Purchase>(
    tx,
    `SELECT * FROM (${sql}) AS bought ORDER BY at DESC, id DESC LIMIT ? OFFSET ?`,
    [...bindings, page.limit, page.offset],
  );
  const count = await selectOne<{ total: number }>(tx, `SELECT count(*) AS total FROM (${sql}) AS bought`, bindings);
  return { purchases, total: count?.total ?? 0 };
}

/** Payments by phone, and what was paid in without one. */
function purchasesOf(
  accountId: string,
  states: readonly PaymentState[] | undefined,
): { sql: string; bindings: unknown[] } {
  const wanted = states ?? [];
  const byPhone = `SELECT id, package_name AS name, credits, amount, currency, state, created_at AS at
    FROM sms_payments WHERE account_id = ?
    ${states === undefined ? '' : `AND state IN (${wanted.map(() => '?').join(', ')})`}`;
  if (states?.includes('completed') === false) return { sql: byPhone, bindings: [accountId, ...wanted] };
  return {
    sql: `${byPhone}
      UNION ALL
      SELECT subject_id, NULL, amount, NULL, NULL, 'completed', at
        FROM sms_transfers WHERE account_id = ? AND kind = 'top_up'
        AND NOT EXISTS (SELECT 1 FROM sms_payments WHERE sms_payments.id = sms_transfers.subject_id)`,
    bindings: [accountId, ...wanted, accountId],
  };
}
