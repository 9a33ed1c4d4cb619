import { select, selectOne } from '../database/statements.js';
import type { Transaction } from '../runtime.js';
import { effects, type Movement, type Place, type StatementBalance } from './statement.js';

/** The sum of what movements of a time did, in SQL; its terms are those of {@link effects}. */
function changeSql(column: keyof StatementBalance, condition = 'true'): string {
  const kindsThat = (effect: 1 | -1): string =>
    Object.entries(effects)
      .filter(([, { [column]: change }]) => change === effect)
      .map(([kind]) => `'${kind}'`)
      .join(', ');
  const less = kindsThat(-1);
  return `CAST(coalesce(sum(CASE WHEN NOT (${condition}) THEN 0 WHEN kind IN (${kindsThat(1)}) THEN amount
            WHEN kind IN (${less}) THEN -amount ELSE 0 END), 0) AS bigint)`;
}

/**
 * The balances at two moments: what there is now, less what has moved since. One statement, so that both are of one
 * state of the books; it reads the index alone, from the earlier moment on.
 */
export async function balancesAt(
  tx: Transaction,
  accountId: string,
  { from, to }: { from: number; to: number },
): Promise<{ opening: StatementBalance; closing: StatementBalance } | undefined> {
  const row = await selectOne<Record<'available' | 'held' | 'from_a' | 'from_h' | 'to_a' | 'to_h', number>>(
    tx,
    `SELECT b.available, b.held, s.from_a, s.from_h, s.to_a, s.to_h
       FROM sms_balances b, (
         SELECT ${changeSql('available')} AS from_a, ${changeSql('held')} AS from_h,
                ${changeSql('available', 'at >= ?')} AS to_a, ${changeSql('held', 'at >= ?')} AS to_h
           FROM sms_transfers WHERE account_id = ? AND at >= ?
       ) s
      WHERE b.account_id = ?`,
    [to, to, accountId, from, accountId],
  );
  return (
    row && {
      opening: { available: row.available - row.from_a, held: row.held - row.from_h },
      closing: { available: row.available - row.to_a, held: row.held - row.to_h },
    }
  );
}

export interface MovementRow {
  at: number;
  subject_id: string;
  phase: number;
  kind: Movement['kind'];
  amount: number;
  message_id: string | null;
  campaign_id: string | null;
  payment_id: string | null;
  tenant_id: string | null;
}

/** The movements of a time after a place, in order: the next stretch of the index. */
export function movementsAfter(
  tx: Transaction,
  accountId: string,
  { from, to, after, limit }: { from: number; to: number; after: Place | undefined; limit: number },
): Promise<MovementRow[]> {
  return select<MovementRow>(
    tx,
    `SELECT t.at, t.subject_id, t.phase, t.kind, t.amount, m.id AS message_id,
            coalesce(m.campaign_id, l.campaign_id) AS campaign_id, p.id AS payment_id,
            g.account_id AS tenant_id
       FROM (
         SELECT at, subject_id, phase, kind, amount FROM sms_transfers
          WHERE account_id = ? AND at >= ? AND at < ? AND kind <> 'allot'
            ${after ? 'AND (at, subject_id, phase) > (?, ?, ?)' : ''}
          ORDER BY at, subject_id, phase LIMIT ?
       ) t
       LEFT JOIN sms_messages m ON m.account_id = ? AND m.id = t.subject_id
       LEFT JOIN sms_send_lists l ON l.id = t.subject_id
       LEFT JOIN sms_payments p ON p.id = t.subject_id
       LEFT JOIN sms_transfers g ON t.kind = 'transfer_out' AND g.subject_id = t.subject_id AND g.phase = 2
      ORDER BY t.at, t.subject_id, t.phase`,
    [
      accountId,
      // An index is walked from here; the rest of the place only decides within one moment.
      after ? Math.max(from, after.at) : from,
      to,
      ...(after ? [after.at, after.subjectId, after.phase] : []),
      limit,
      accountId,
    ],
  );
}
