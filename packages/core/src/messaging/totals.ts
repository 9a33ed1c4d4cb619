import type { MessageState } from '../events.js';
import type { Credits } from '../ledger/transfer.js';

/** What an account sent on one day, by UTC. */
export interface DayTotals {
  /** Such as `2026-05-11`. */
  day: string;
  /** How many messages are in each state. */
  states: Partial<Record<MessageState, number>>;
  /** What was charged, or is held, in thousandths of a credit. */
  cost: Credits;
}

/** Milliseconds since the epoch: from the first on, before the other. */
export interface TimeRange {
  from?: number | undefined;
  before?: number | undefined;
}
