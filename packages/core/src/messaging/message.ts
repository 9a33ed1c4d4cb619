import type { MessageState } from '../events.js';
import type { SmsErrorCode } from '../errors.js';
import type { HoldState } from '../ledger/transfer.js';
import type { Lane } from '../queue/job.js';
import type { Encoding } from '../text/alphabet.js';

export type { MessageState } from '../events.js';

/** A message to a handset (MT). Times are milliseconds since the epoch, credits thousandths of a credit. */
export interface Message {
  id: string;
  accountId: string;
  /** E.164. */
  recipient: string;
  sender: string;
  text: string;
  encoding: Encoding;
  segments: number;
  cost: number;
  lane: Lane;
  route: string;
  state: MessageState;
  holdState: HoldState;
  errorCode: SmsErrorCode | null;
  errorDetail: string | null;
  /** The operator's own number for what went wrong, as it wrote it. */
  upstreamError: string | null;
  clientRef: string | null;
  /** The failed message this one was sent again for. */
  resendOf: string | null;
  /** Shared by the messages of a command that asked for one id for all of them. */
  batchId: string | null;
  /** The campaign it is a part of. */
  campaignId: string | null;
  /** The uploaded file it is a row of. */
  fileId: string | null;
  scheduledAt: number | null;
  /** After this time it is not submitted any more, and the operator is asked to give up too. */
  expiresAt: number;
  createdAt: number;
  submittedAt: number | null;
  finalAt: number | null;
  history: Transition[];
}

/** A step in a message's life: what it became, when, and on whose word. */
export interface Transition {
  state: MessageState;
  at: number;
  /** `api`, `campaign`, `file`, a transport's name, `receipt`, `timeout`, `cancel`. */
  source: string;
}

/** States a message does not leave, but for `unknown`, which a late receipt may still settle. */
const ends: readonly MessageState[] = [
  'delivered',
  'undelivered',
  'expired',
  'rejected',
  'failed',
  'blocked',
  'cancelled',
];

const order: readonly MessageState[] = ['scheduled', 'queued', 'submitted', 'enroute', 'unknown'];

export const isFinal = (state: MessageState): boolean => ends.includes(state);

/** Ends that were not wanted, and may be sent again. */
export const isFailed = (state: MessageState): boolean => isFinal(state) && state !== 'delivered';

/** Whether a message in one state may move to another. It only ever moves forward. */
export function mayMove(from: MessageState, to: MessageState): boolean {
  if (isFinal(from)) return false;
  if (isFinal(to)) return true;
  return order.indexOf(to) > order.indexOf(from);
}

/** One entry of the history column, which is a JSON array without its brackets so that it can be appended to. */
export const historyEntry = ({ state, at, source }: Transition): string => JSON.stringify([state, at, source]);

export function parseHistory(column: string): Transition[] {
  const entries = JSON.parse(`[${column}]`) as [MessageState, number, string][];
  return entries.map(([state, at, source]) => ({ state, at, source }));
}
