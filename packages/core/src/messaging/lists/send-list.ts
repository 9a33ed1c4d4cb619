import type { Lane } from '../../queue/job.js';
import type { Encoding } from '../../text/alphabet.js';

/**
 * Many messages that are decided and paid as one and sent little by little.
 *
 * - `filling`: its rows are being written; it is nothing yet.
 * - `ready`: all rows are there and nothing is held for it. It may be sent as it is.
 * - `waiting`: its credit is held, and it waits for its time.
 * - `sending`: its rows become messages, or have become messages that are being handed over.
 * - `paused`: nothing of it leaves.
 * - `completed`: every message was handed over, or came to an end before that.
 * - `cancelled`: what no operator had was taken back.
 */
export type SendListState = 'filling' | 'ready' | 'waiting' | 'sending' | 'paused' | 'completed' | 'cancelled';

/** Whose list it is: a campaign's or an uploaded file's. */
export type ListOwnerKind = 'campaign' | 'file';

/** Times are milliseconds since the epoch, credits thousandths of a credit. */
export interface SendList {
  id: string;
  accountId: string;
  /** Its messages carry this id. */
  owner: { kind: ListOwnerKind; id: string };
  state: SendListState;
  /** The approved name its messages are from. */
  sender: string;
  /** The text of the rows that have none of their own. */
  text: string | null;
  lane: Lane;
  validityMs: number;
  /** The pace its messages are made at; null is as fast as they leave. */
  segmentsPerSecond: number | null;
  /** How many rows there are, and what they come to. */
  rows: number;
  segments: number;
  cost: number;
  /** The last row that was made a message or passed over; rows are counted from 1. */
  position: number;
  /** How many messages were made. What was passed over had opted out meanwhile, and is not charged. */
  messages: number;
  /** When it may go on: its scheduled time, and then as its pace says. */
  nextAt: number | null;
  createdAt: number;
  updatedAt: number;
  /** When its last row was made a message, and what it had left of its reservation was given back. */
  expandedAt: number | null;
  endedAt: number | null;
}

/** A row of a list: what is sent to whom at what price. */
export interface ListRow {
  place: number;
  recipient: string;
  /** Its own text; null where it has the list's. */
  text: string | null;
  encoding: Encoding;
  segments: number;
  cost: number;
  clientRef: string | null;
}

/** The most rows of one list. */
export const mostListRows = 2_000_000;

/** How much of a paced list may leave at once: half a second's worth. */
const burstSeconds = 0.5;

/**
 * The rows of a batch that a list's pace lets leave now, and when the next ones may. A long message may overdraw the
 * pace by its own length; it is waited for afterwards, so that the pace holds over any stretch of time.
 */
export function paceRows(
  { segmentsPerSecond, nextAt }: Pick<SendList, 'segmentsPerSecond' | 'nextAt'>,
  rows: readonly ListRow[],
  nowMs: number,
): { rows: readonly ListRow[]; nextAt: number } {
  if (segmentsPerSecond === null) return { rows, nextAt: nowMs };
  let segments = 0;
  let count = 0;
  for (const row of rows) {
    if (count > 0 && segments + row.segments > segmentsPerSecond * burstSeconds) break;
    segments += row.segments;
    count++;
  }
  // What was missed while nobody could send is not caught up with: the pace is what the receivers can bear.
  const from = Math.max(nowMs - burstSeconds * 1_000, nextAt ?? nowMs);
  return { rows: rows.slice(0, count), nextAt: from + Math.ceil((segments / segmentsPerSecond) * 1_000) };
}
