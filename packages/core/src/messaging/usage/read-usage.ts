import { SmsError } from '../../errors.js';
import type { Clock, Database } from '../../runtime.js';
import { addUsage, nameOfGroup, noUsage, type Usage, type UsageCounts, type UsageDimension } from './usage.js';
import { usageStretch } from './usage.store.js';

export interface UsageQuery {
  by: UsageDimension;
  /** Milliseconds since the epoch; thirty days before `to` unless given. */
  from?: number | undefined;
  /** Now unless given. */
  to?: number | undefined;
  /** Where days begin; UTC unless given. */
  utcOffsetMs?: number | undefined;
}

const dayMs = 86_400_000;
const longestMs = 366 * dayMs;
/** How many messages one look at the database adds up. */
const stretch = 20_000;
/** More names than anybody reads; what would be beyond is refused, and nothing is left out in silence. */
const mostRows = 10_000;

/** Adds up an account's messages by day, sender, network or campaign. Reads in stretches: memory holds the sums alone. */
export async function readUsage(
  { database, clock }: { database: Database; clock: Clock },
  accountId: string,
  query: UsageQuery,
): Promise<Usage> {
  const to = query.to ?? clock.now() + 1;
  const from = query.from ?? to - 30 * dayMs;
  if (!(from >= 0 && from <= to) || to - from > longestMs) {
    throw new SmsError('invalid_request', 'from and to must be at most 366 days apart, the earlier first');
  }
  const sums = new Map<string | null, UsageCounts>();
  const total = noUsage();
  let after: string | undefined;
  do {
    const { groups, last } = await database.read((tx) =>
      usageStretch(tx, accountId, {
        dimension: query.by,
        after,
        from,
        to,
        utcOffsetMs: query.utcOffsetMs ?? 0,
        limit: stretch,
      }),
    );
    for (const group of groups) {
      const key = nameOfGroup(query.by, group.key);
      let sum = sums.get(key);
      if (!sum) sums.set(key, (sum = noUsage()));
      addUsage(sum, group);
      addUsage(total, group);
    }
    if (sums.size > mostRows) throw new SmsError('invalid_request', 'that is too much at once; ask for a shorter time');
    after = last ?? undefined;
  } while (after !== undefined);
  const rows = [...sums].map(([key, counts]) => ({ key, ...counts }));
  return { from, to, rows: rows.sort(query.by === 'day' ? byKey : byMessages), total };
}

const byKey = (a: { key: string | null }, b: { key: string | null }): number =>
  (a.key ?? '') < (b.key ?? '') ? -1 : 1;
const byMessages = (a: UsageCounts, b: UsageCounts): number => b.messages - a.messages;
