import { selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';

/** What a process was given of a limit's window. */
export interface Grant {
  granted: number;
  /** What all processes together have been given in this window. */
  taken: number;
  resetsAt: number;
}

/** Hands out up to `wanted` of what is left in a limit's window, and begins a new window when the last is over. */
export async function takeGrant(
  tx: Transaction,
  wanted: { key: string; wanted: number; limit: number; windowMs: number; nowMs: number },
): Promise<Grant> {
  const { key, limit, windowMs, nowMs } = wanted;
  const first = Math.min(wanted.wanted, limit);
  const row = await selectOne<{ granted: number; taken: number; resets_at: number }>(
    tx,
    `INSERT INTO sms_rate_limits AS l (key, granted, taken, resets_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET
       granted = CASE WHEN l.resets_at <= ? THEN excluded.granted ELSE least(?, ? - l.taken) END,
       taken = CASE WHEN l.resets_at <= ? THEN excluded.taken ELSE l.taken + least(?, ? - l.taken) END,
       resets_at = CASE WHEN l.resets_at <= ? THEN excluded.resets_at ELSE l.resets_at END
     RETURNING granted, taken, resets_at`,
    [
      ...[key, first, first, nowMs + windowMs],
      ...[nowMs, wanted.wanted, limit],
      ...[nowMs, wanted.wanted, limit],
      nowMs,
    ],
  );
  if (!row) throw new Error('A grant returned no row.');
  return { granted: Math.max(0, row.granted), taken: row.taken, resetsAt: row.resets_at };
}

/** Takes out windows that are over; a part of housekeeping. */
export const forgetRateLimits = (nowMs: number): Statement => ({
  sql: 'DELETE FROM sms_rate_limits WHERE resets_at <= ?',
  bindings: [nowMs],
});
