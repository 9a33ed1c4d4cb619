import { select, selectOne } from '../database/statements.js';
import type { Transaction } from '../runtime.js';
import type { TopUp } from './top-up.js';

/** What was paid in to an account, newest first, and how many there are in all. */
export async function listTopUps(
  tx: Transaction,
  accountId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ topUps: TopUp[]; total: number }> {
  const topUps = await select<TopUp>(
    tx,
    `SELECT subject_id AS id, amount, at FROM sms_transfers WHERE account_id = ? AND kind = 'top_up'
      ORDER BY at DESC, subject_id DESC LIMIT ? OFFSET ?`,
    [accountId, limit, offset],
  );
  const count = await selectOne<{ n: number }>(
    tx,
    `SELECT count(*) AS n FROM sms_transfers WHERE account_id = ? AND kind = 'top_up'`,
    [accountId],
  );
  return { topUps, total: count?.n ?? 0 };
}
