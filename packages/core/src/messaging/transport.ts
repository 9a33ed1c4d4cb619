import type { SmsErrorCode } from '../errors.js';
import type { MessageState } from '../events.js';
import type { Encoding } from '../text/alphabet.js';

/** A message as a transport is handed it. */
export interface OutboundMessage {
  /** Ours; an operator that echoes a reference is given this one. */
  id: string;
  /** E.164. */
  recipient: string;
  sender: string;
  text: string;
  encoding: Encoding;
  segments: number;
  /** Milliseconds since the epoch after which it is worth nothing. */
  expiresAt: number;
  /** 1 for the first submit; above that the earlier ones were deferred. */
  attempt: number;
}

/** What became of a submit. */
export type SubmitOutcome =
  /** The operator took it: one id a segment, in order. The hold is captured. */
  | { kind: 'accepted'; upstreamIds: string[] }
  /** The operator will never take it. The hold is released. */
  | { kind: 'rejected'; code: SmsErrorCode; detail: string }
  /** Refused before it was sent, so it is safe to try again. */
  | { kind: 'deferred'; retryAfterMs?: number; detail?: string }
  /** Sent, and no answer came. Only a receipt can tell; it is never sent again blindly. */
  | { kind: 'unknown'; detail: string };

/** A delivery receipt. */
export interface ReceiptReport {
  kind: 'receipt';
  /** The operator's id of the segment. */
  upstreamId: string;
  state: ReceiptState;
  /** When it happened, by the operator's clock; milliseconds since the epoch. */
  at: number;
  /** The operator's error code, as it was written. */
  errorCode?: string;
  /** Our id of the message, from operators that echo it. Settles messages whose submit was never answered. */
  reference?: string;
  /** The same from operators that echo no more than 16 bits: `shortReferenceOf` the id. */
  shortReference?: ShortReference;
  /** The receipt as it came, for disputes. */
  raw: string;
}

/** A message by what an operator echoes of its id, and whom it was for. */
export interface ShortReference {
  /** 0 to 65,535. */
  number: number;
  /** E.164. */
  recipient: string;
}

export type ReceiptState = Extract<
  MessageState,
  'enroute' | 'delivered' | 'undelivered' | 'expired' | 'rejected' | 'cancelled' | 'unknown'
>;

/** A message from a handset (MO). */
export interface InboundReport {
  kind: 'inbound';
  /** E.164 of the handset. */
  from: string;
  /** The sender ID or short code it was sent to. */
  to: string;
  text: string;
  at: number;
}

export type UpstreamReport = ReceiptReport | InboundReport;

/** A way out to the operators. */
export interface Transport {
  readonly name: string;
  /**
   * Whether an operator that is handed a message id twice sends one SMS. A message whose worker died between submit
   * and answer is then handed over again; otherwise it waits for its receipt as `unknown`.
   */
  readonly recognisesRepeats: boolean;
  /** The most segments a second it takes; unlimited when absent. */
  readonly segmentsPerSecond?: number;
  /** `every`: a receipt for each segment (default). `one`: a receipt for the whole message. */
  readonly receiptsPerMessage?: 'every' | 'one';
  /**
   * Submits the messages; one promise each, so that a slow answer keeps nobody else's waiting. A promise that
   * rejects counts as `unknown`. After the abort it settles soon: `deferred` when it was not sent.
   */
  submit(messages: readonly OutboundMessage[], signal: AbortSignal): Promise<SubmitOutcome>[];
  /** The listener's promise resolves when the reports are stored; only then may the operator be told so. */
  onReports(listener: (reports: UpstreamReport[]) => Promise<void>): void;
  start?(): Promise<void>;
  stop?(): Promise<void>;
  /** Null when it can take messages, else a sentence for `doctor` and `/readyz`. */
  trouble?(): string | null;
}
