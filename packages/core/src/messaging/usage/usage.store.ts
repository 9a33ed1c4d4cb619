import { select } from '../../database/statements.js';
import { firstIdAt } from '../../ids.js';
import type { Transaction } from '../../runtime.js';
import { prefixCharacters, type UsageDimension, type UsageGroup } from './usage.js';

const keys: Record<UsageDimension, string> = {
  day: 'CAST((created_at + ?) / 86400000 AS text)',
  sender: 'sender',
  network: `substr(recipient, 1, ${prefixCharacters})`,
  campaign: 'CAST(campaign_id AS text)',
};

/**
 * The next stretch of an account's messages of a time, grouped. Messages lie in the order they were made, so a stretch
 * is one run of rows, and others may read in between.
 *
 * @returns the groups, and where the stretch ended; null when it was the last
 */
export async function usageStretch(
  tx: Transaction,
  accountId: string,
  stretch: {
    dimension: UsageDimension;
    after: string | undefined;
    from: number;
    to: number;
    utcOffsetMs: number;
    limit: number;
  },
): Promise<{ groups: UsageGroup[]; last: string | null }> {
  const { dimension, after, from, to, utcOffsetMs, limit } = stretch;
  const rows = await select<UsageGroup & { last: string }>(
    tx,
    `SELECT key, max(id) AS last, count(*) AS messages, CAST(sum(segments) AS bigint) AS segments,
            CAST(sum(CASE WHEN state = 'delivered' THEN 1 ELSE 0 END) AS bigint) AS delivered,
            CAST(sum(CASE WHEN state IN ('undelivered', 'expired', 'rejected', 'failed', 'blocked') THEN 1 ELSE 0 END)
              AS bigint) AS failed,
            CAST(sum(CASE WHEN state = 'cancelled' THEN 1 ELSE 0 END) AS bigint) AS cancelled,
            CAST(sum(CASE WHEN hold_state = 'captured' THEN cost ELSE 0 END) AS bigint) AS charged,
            CAST(sum(CASE WHEN hold_state = 'held' THEN cost ELSE 0 END) AS bigint) AS held
       FROM (
         SELECT CAST(id AS text) AS id, ${keys[dimension]} AS key, segments, state, hold_state, cost FROM sms_messages
          WHERE account_id = ? AND id ${after === undefined ? '>=' : '>'} ? AND id < ?
          ORDER BY sms_messages.id LIMIT ?
       ) m GROUP BY key`,
    [...(dimension === 'day' ? [utcOffsetMs] : []), accountId, after ?? firstIdAt(from), firstIdAt(to), limit],
  );
  const read = rows.reduce((sum, { messages }) => sum + messages, 0);
  const last =
    rows
      .map((row) => row.last)
      .sort()
      .at(-1) ?? null;
  return { groups: rows, last: read < limit ? null : last };
}
