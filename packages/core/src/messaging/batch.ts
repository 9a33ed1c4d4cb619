import type { MessageState } from '../events.js';
import { statusOfState, type MessageStatus } from './message-status.js';

/** Messages that were sent by one command under one id, as a whole. Times are milliseconds since the epoch. */
export interface Batch {
  id: string;
  accountId: string;
  sender: string;
  /** The text of one of its messages. */
  text: string;
  /** How many of its messages are in each state. */
  states: Partial<Record<MessageState, number>>;
  recipients: number;
  /** In thousandths of a credit. */
  cost: number;
  createdAt: number;
  /** When one of its messages last moved. */
  updatedAt: number;
  /** When the last of its delivered messages arrived. */
  deliveredAt: number | null;
}

/**
 * How a batch stands as one: open as long as one of its messages is, delivered when one arrived, failed when none did.
 * Source: contracts/mifumo.md §3.2.
 */
export function statusOfBatch(states: Batch['states']): MessageStatus {
  const counts = new Map<MessageStatus, number>();
  for (const [state, count] of Object.entries(states)) {
    const status = statusOfState(state as MessageState);
    counts.set(status, (counts.get(status) ?? 0) + count);
  }
  const of = (status: MessageStatus): number => counts.get(status) ?? 0;
  if (of('sent') > 0) return 'sent';
  if (of('queued') > 0) return of('delivered') + of('failed') > 0 ? 'sent' : 'queued';
  return of('delivered') > 0 ? 'delivered' : 'failed';
}
