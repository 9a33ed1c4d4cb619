import { select } from '../database/statements.js';
import type { MessageState } from '../events.js';
import { firstIdAt } from '../ids.js';
import type { Transaction } from '../runtime.js';
import type { DayTotals, TimeRange } from './totals.js';

const dayMs = 86_400_000;
/** How far a message's id may lie before its time: ids never go back, whatever the clock does. */
const slackMs = 60_000;

/** The days on which an account sent something, the earliest first. Ids bound what is read, since they sort by time. */
export async function totalsByDay(
  tx: Transaction,
  accountId: string,
  { from = 0, before = Number.MAX_SAFE_INTEGER }: TimeRange,
): Promise<DayTotals[]> {
  const rows = await select<{ day: number; state: MessageState; messages: number; cost: number }>(
    tx,
    `SELECT created_at / ${dayMs} AS day, state, count(*) AS messages,
            CAST(sum(CASE WHEN hold_state IN ('held', 'captured') THEN cost ELSE 0 END) AS bigint) AS cost
       FROM sms_messages WHERE account_id = ? AND id >= ? AND created_at >= ? AND created_at < ?
      GROUP BY created_at / ${dayMs}, state ORDER BY 1`,
    [accountId, firstIdAt(from - slackMs), from, before],
  );
  const days = new Map<number, DayTotals>();
  for (const { day, state, messages, cost } of rows) {
    const totals: DayTotals = days.get(day) ?? {
      day: new Date(day * dayMs).toISOString().slice(0, 10),
      states: {},
      cost: 0,
    };
    totals.states[state] = messages;
    totals.cost += cost;
    days.set(day, totals);
  }
  return [...days.values()];
}
