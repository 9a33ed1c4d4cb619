import type { SmsErrorCode } from '../errors.js';
import type { MessageState } from '../events.js';
import { isFinal, mayMove } from '../messaging/message.js';
import type { ReceiptReport, ReceiptState } from '../messaging/transport.js';

/** A message as receipts change it. */
export interface ReportedMessage {
  state: MessageState;
  segmentsDelivered: number;
  segmentsFailed: number;
  /** How many receipts the message waits for. */
  receiptsDue: number;
  errorCode: SmsErrorCode | null;
  /** The operator's own number for the same. */
  upstreamError: string | null;
}

/** What a receipt does: moves the message, counts towards its end, says nothing new, or contradicts. */
export type Effect = 'moved' | 'counted' | 'nothing' | 'disputed';

/** Codes for failures; which of them is told is the worst segment's affair. */
const failureCodes: Partial<Record<ReceiptState, SmsErrorCode>> = {
  undelivered: 'absent_subscriber',
  expired: 'expired',
  rejected: 'upstream_rejected',
  cancelled: 'cancelled',
};

const isEnd = (state: ReceiptState | null): boolean => state !== null && state !== 'enroute' && state !== 'unknown';

/**
 * Takes a receipt of one segment into account. A message is delivered when every segment is, and ends badly as soon
 * as all are accounted for and one failed. Changes `message` in place; pure but for that.
 *
 * @param before what was known of the segment
 */
export function applyReceipt(
  message: ReportedMessage,
  before: ReceiptState | null,
  { state: report, errorCode }: Pick<ReceiptReport, 'state' | 'errorCode'>,
): Effect {
  if (isEnd(before)) return before === report || !isEnd(report) ? 'nothing' : 'disputed';
  if (report === 'unknown' || report === 'enroute') {
    if (!mayMove(message.state, 'enroute')) return 'nothing';
    message.state = 'enroute';
    return 'moved';
  }
  if (isFinal(message.state)) return message.state === report ? 'nothing' : 'disputed';
  if (report === 'delivered') {
    message.segmentsDelivered++;
  } else {
    message.segmentsFailed++;
    message.errorCode = failureCodes[report] ?? null;
    message.upstreamError = upstreamErrorOf(errorCode);
  }
  if (message.segmentsDelivered + message.segmentsFailed < message.receiptsDue) return 'counted';
  message.state = message.segmentsFailed === 0 ? 'delivered' : report === 'delivered' ? 'undelivered' : report;
  if (message.segmentsFailed === 0) message.errorCode = message.upstreamError = null;
  return 'moved';
}

/** An operator that has no reason to give writes noughts. */
const upstreamErrorOf = (errorCode = ''): string | null => (/^(?:0x)?0*$/i.test(errorCode) ? null : errorCode);
