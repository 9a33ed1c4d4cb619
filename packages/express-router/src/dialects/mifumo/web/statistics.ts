import { statusOfState, type DayTotals, type MessageState } from '@ujumbe/core';
import type { Settings } from '../settings.js';
import { worth } from '../money.js';

/** What was sent in a time. `sent` is all of it, as the vendor counts: delivered and failed are parts of it. */
export interface Totals {
  sent: number;
  delivered: number;
  failed: number;
  /** In thousandths of a credit. */
  cost: number;
}

const nothing: Totals = { sent: 0, delivered: 0, failed: 0, cost: 0 };

export function totalsOf({ states, cost }: Pick<DayTotals, 'states' | 'cost'>): Totals {
  const totals = { ...nothing, cost };
  for (const [state, count] of Object.entries(states)) {
    const status = statusOfState(state as MessageState);
    totals.sent += count;
    if (status === 'delivered') totals.delivered += count;
    if (status === 'failed') totals.failed += count;
  }
  return totals;
}

export const sumOf = (days: readonly DayTotals[]): Totals =>
  days.map(totalsOf).reduce(
    (sum, day) => ({
      sent: sum.sent + day.sent,
      delivered: sum.delivered + day.delivered,
      failed: sum.failed + day.failed,
      cost: sum.cost + day.cost,
    }),
    nothing,
  );

/** In percent, with two decimals; nought when nothing was sent. */
export const rateOf = ({ sent, delivered }: Pick<Totals, 'sent' | 'delivered'>): number =>
  sent === 0 ? 0 : Math.round((delivered / sent) * 10_000) / 100;

/** A day in a list of days. */
export const dayView = (settings: Settings, currency: string, day: DayTotals): Record<string, unknown> => {
  const { sent, delivered, failed, cost } = totalsOf(day);
  return { date: day.day, sent, delivered, failed, cost: worth(settings, currency, cost).amount };
};

/** The first moment of the month, by UTC. */
export function startOfMonth(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
}
