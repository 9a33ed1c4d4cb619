import type { ReceiptReport } from '../messaging/transport.js';
import { receiptStateOfNumber, receiptStateOfWord } from './receipt-state.js';

/** A delivery receipt as an operator sends it: a text, and often TLVs that say the same more reliably. */
export interface RawReceipt {
  text: string;
  /** TLV receipted_message_id (0x001E). */
  receiptedMessageId?: string;
  /** TLV message_state (0x0427). */
  messageState?: number;
}

// The text of the message comes last and may hold anything, so it is cut off before fields are looked for.
const textField = /\btext:/i;
/** A value runs to the next blank; in quotation marks blanks may stand around it. */
const field = (label: string): RegExp => new RegExp(`\\b${label}:\\s*"?\\s*([^\\s"]+)`, 'i');
const idField = field('id');
const statField = field('stat');
const errField = field('err');
const doneField = field('done\\s*date');
const longestText = 1_000;

/**
 * Reads a receipt: fields in any order and letter case, any of them missing, TLVs winning over the text.
 * Undefined when neither tells which message it is about. Source: contracts/smpp.md §5.5.
 */
export function parseReceipt(raw: RawReceipt, receivedAt: number): ReceiptReport | undefined {
  const text = raw.text.slice(0, longestText);
  const fields = text.split(textField, 1)[0] ?? '';
  const named = raw.receiptedMessageId?.trim() ?? '';
  const upstreamId = named === '' ? idField.exec(fields)?.[1] : named;
  if (upstreamId === undefined) return undefined;
  const stat = statField.exec(fields)?.[1];
  const errorCode = errField.exec(fields)?.[1];
  const state =
    raw.messageState !== undefined ? receiptStateOfNumber(raw.messageState) : receiptStateOfWord(stat ?? '');
  const doneAt = parseReceiptDate(doneField.exec(fields)?.[1]);
  return {
    kind: 'receipt',
    upstreamId,
    state,
    // A clock that is a day off is a wrong zone or a wrong clock: the time it came is nearer the truth.
    at: doneAt !== undefined && Math.abs(doneAt - receivedAt) < 86_400_000 ? doneAt : receivedAt,
    ...(errorCode === undefined ? {} : { errorCode: errorCode.slice(0, 16) }),
    raw: fields.slice(0, 300),
  };
}

/** The form of the PDUs' own times: tenths of a second, and quarters of an hour from UTC. Source: SMPP 3.4 §7.1.1.1. */
const absoluteForm = /^(\d{12})\d(\d\d)([+-])$/;
const quarterMs = 900_000;

/**
 * `YYMMDDhhmm`, with or without seconds, with two or four digits of the year, in UTC; or the 16 characters of SMPP's
 * absolute time. Undefined when it is none.
 */
export function parseReceiptDate(date: string | undefined): number | undefined {
  const [, local, quarters, sign] = absoluteForm.exec(date ?? '') ?? [];
  if (local !== undefined) {
    const at = parseReceiptDate(local);
    const aheadMs = Number(quarters) * quarterMs * (sign === '-' ? -1 : 1);
    return at === undefined ? undefined : at - aheadMs;
  }
  if (date === undefined || !/^\d+$/.test(date)) return undefined;
  const digits = date.length === 14 ? date : date.length === 10 || date.length === 12 ? `20${date}` : '';
  if (digits === '') return undefined;
  const part = (from: number, to: number): number => Number(digits.slice(from, to) || '0');
  const time = Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(8, 10), part(10, 12), part(12, 14));
  return Number.isNaN(time) ? undefined : time;
}
