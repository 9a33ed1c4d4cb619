import type { RefundPolicy } from '../accounts/account.js';
import type { Encoding } from '../text/alphabet.js';
import type { Message } from './message.js';

/** What a job carries, so that dispatch need not read the message: short names, because a million may be waiting. */
export interface JobPayload {
  /** recipient */
  r: string;
  /** sender */
  f: string;
  /** text */
  t: string;
  /** encoding */
  e: Encoding;
  /** cost in thousandths of a credit */
  c: number;
  /** expires at */
  x: number;
  /** state it was accepted in */
  s: 'scheduled' | 'queued';
  /** the account's refund policy when it was accepted */
  p: RefundPolicy;
  /** the customer's reference */
  k: string | null;
  /** the id of its batch, when it has one */
  b?: string;
  /** the campaign, where there is one */
  g?: string;
  /** the file, where there is one */
  u?: string;
}

export function payloadOf(message: Message, refundPolicy: RefundPolicy): string {
  const payload: JobPayload = {
    r: message.recipient,
    f: message.sender,
    t: message.text,
    e: message.encoding,
    c: message.cost,
    x: message.expiresAt,
    s: message.state === 'scheduled' ? 'scheduled' : 'queued',
    p: refundPolicy,
    k: message.clientRef,
    ...(message.batchId === null ? {} : { b: message.batchId }),
    ...(message.campaignId === null ? {} : { g: message.campaignId }),
    ...(message.fileId === null ? {} : { u: message.fileId }),
  };
  return JSON.stringify(payload);
}

export const parsePayload = (payload: string): JobPayload => JSON.parse(payload) as JobPayload;
