import { parseReceipt, transliterate, type MessageState, type ReceiptReport, type SmsErrorCode } from '@ujumbe/core';
import { PduError } from './pdu/errors.js';
import { bufferOf, decodeText } from './user-data/alphabets.js';
import { unpackSeptets } from './user-data/packed-septets.js';
import { headerIndicator, readUserDataHeader } from './user-data/user-data-header.js';

/** How a receipt says a state: the number of TLV message_state and query_sm_resp, and the word after `stat:`. */
export interface ReceiptStat {
  readonly number: number;
  readonly word: string;
}

const ENROUTE: ReceiptStat = { number: 1, word: 'ENROUTE' };
const DELIVRD: ReceiptStat = { number: 2, word: 'DELIVRD' };
const EXPIRED: ReceiptStat = { number: 3, word: 'EXPIRED' };
const DELETED: ReceiptStat = { number: 4, word: 'DELETED' };
const UNDELIV: ReceiptStat = { number: 5, word: 'UNDELIV' };
const UNKNOWN: ReceiptStat = { number: 7, word: 'UNKNOWN' };
const REJECTD: ReceiptStat = { number: 8, word: 'REJECTD' };

/**
 * What an ESME is told of each state of a message; total by type. SMPP 3.4 has no word for one that still waits, and
 * ACCEPTD means that customer service has read it. Source: SMPP 3.4 §5.2.28, contracts/smpp.md §5.5.
 */
export const receiptStats: Readonly<Record<MessageState, ReceiptStat>> = {
  scheduled: ENROUTE,
  queued: ENROUTE,
  submitted: ENROUTE,
  enroute: ENROUTE,
  delivered: DELIVRD,
  expired: EXPIRED,
  cancelled: DELETED,
  undelivered: UNDELIV,
  failed: UNDELIV,
  unknown: UNKNOWN,
  rejected: REJECTD,
  blocked: REJECTD,
};

/** What a receipt is about. */
export interface ReceiptFacts {
  /** The `message_id` of submit_sm_resp, at most 64 characters without a blank. */
  readonly id: string;
  readonly state: MessageState;
  /** Milliseconds since the epoch. */
  readonly submittedAt: number;
  /** When the state was reached; milliseconds since the epoch. */
  readonly doneAt: number;
  /** The platform's code, which has a number of GSM's. */
  readonly errorCode?: string | null;
  /** The operator's own number, decimal or hexadecimal with `0x`. It is told rather than the platform's. */
  readonly upstreamError?: string | null | undefined;
  /** The message, of which the first 20 characters are repeated. */
  readonly text?: string;
}

export interface ReceiptTextOptions {
  /** Writes seconds as well: `YYMMDDhhmmss`. */
  readonly withSeconds?: boolean;
  /** How far the zone of the dates is ahead of UTC, in minutes; 0 unless said otherwise. */
  readonly offsetMinutes?: number;
}

const noError = 0;
/** No reason is known; GSM itself gives this number to none. */
const unknownError = 255;
/** The TLV has two octets for it. */
const largestError = 0xffff;

/** Reasons the platform knows, in the numbers of MAP errors that receipts are read by. Source: 3GPP TS 29.002 §17.6. */
const errorNumbers = new Map<string, number>([
  ['number_unassigned', 1], // unknownSubscriber
  ['operator_dnd', 13], // callBarred
  ['opted_out', 13],
  ['absent_subscriber', 27], // absentSubscriber
  ['memory_full', 32], // sm-DeliveryFailure
  ['upstream_unavailable', 34], // systemFailure
  ['transport_down', 34],
  ['internal', 34],
] satisfies [SmsErrorCode, number][]);

const repeatedCharacters = 20;

/**
 * Writes the text of a receipt, in the order and form that Kannel, Jasmin, jSMPP and cloudhopper parse. It has ASCII
 * that GSM 7-bit puts at the same places, so that the peer's default alphabet does not matter, and is shorter than 254
 * octets. Source: contracts/smpp.md §5.5.
 *
 * @throws RangeError for an id that would not be found again in the text.
 */
export function writeReceiptText(facts: ReceiptFacts, options: ReceiptTextOptions = {}): string {
  if (!/^[0-9A-Za-z-]{1,64}$/.test(facts.id)) throw new RangeError('A receipt cannot carry such an id.');
  const delivered = facts.state === 'delivered' ? '001' : '000';
  const error = receiptError(facts);
  return [
    `id:${facts.id} sub:001 dlvrd:${delivered}`,
    `submit date:${receiptDate(facts.submittedAt, options)} done date:${receiptDate(facts.doneAt, options)}`,
    `stat:${receiptStats[facts.state].word} err:${threeDigits(error > 999 ? unknownError : error)} text:${safeText(facts.text ?? '')}`,
  ].join(' ');
}

/** The value of TLV network_error_code (0x0423): network type GSM, then the error. Undefined when there is none. */
export function networkErrorCode(facts: ErrorFacts): Uint8Array | undefined {
  const error = receiptError(facts);
  return error === noError ? undefined : Uint8Array.of(gsmNetwork, error >> 8, error);
}

type ErrorFacts = Pick<ReceiptFacts, 'state' | 'errorCode' | 'upstreamError'>;

const gsmNetwork = 3;

/** 0 while nothing went wrong; the operator's number when there is one that has room. */
function receiptError({ state, errorCode, upstreamError }: ErrorFacts): number {
  const { number } = receiptStats[state];
  if (number === DELIVRD.number || number === ENROUTE.number) return noError;
  const written = upstreamError?.trim() ?? '';
  const upstream = /^(?:\d+|0x[\da-f]+)$/i.test(written) ? Number(written) : noError;
  if (upstream > noError && upstream <= largestError) return upstream;
  return errorNumbers.get(errorCode ?? '') ?? unknownError;
}

function threeDigits(error: number): string {
  return String(error).padStart(3, '0');
}

/** `YYMMDDhhmm`, as receipts and nothing else in SMPP have it. */
function receiptDate(at: number, { withSeconds = false, offsetMinutes = 0 }: ReceiptTextOptions): string {
  const digits = new Date(at + 60_000 * offsetMinutes).toISOString().replace(/\D/g, '');
  return digits.slice(2, withSeconds ? 14 : 12);
}

/** Signs that stand elsewhere in GSM 7-bit than in ASCII, or in only one of the two, become question marks. */
function safeText(text: string): string {
  const start = Array.from(text.slice(0, 2 * repeatedCharacters))
    .slice(0, repeatedCharacters)
    .join('');
  return transliterate(start)
    .replace(/[\r\n]/g, ' ')
    .replace(/[^ !"#%&'()*+,\-./0-9:;<=>?A-Za-z]/gu, '?')
    .slice(0, repeatedCharacters);
}

/** The fields of a deliver_sm or data_sm that a receipt is told by. */
export interface ReceiptFields {
  readonly esm_class: number;
  readonly short_message: Uint8Array;
  /** TLV 0x0424. */
  readonly message_payload?: Uint8Array | undefined;
  /** TLV 0x001E. */
  readonly receipted_message_id?: string | undefined;
  /** TLV 0x0427. */
  readonly message_state?: number | undefined;
  /** TLV 0x0423, 3 octets. */
  readonly network_error_code?: Uint8Array | undefined;
}

const messageTypeBits = 0x3c;
// Delivery receipt, acknowledgement by the handset's owner or program, and intermediate notification.
const receiptTypes = [0x04, 0x08, 0x10, 0x20];

/** Whether a message is a receipt. Not every SMSC says so in `esm_class`. Source: contracts/smpp.md §5.5. */
export function isReceipt(fields: ReceiptFields): boolean {
  if (receiptTypes.includes(fields.esm_class & messageTypeBits)) return true;
  if ((fields.receipted_message_id ?? '') !== '') return true;
  return looksLikeReceipt(bodyOf(fields));
}

/**
 * Reads a receipt with core's `parseReceipt`; TLVs win over the text. Undefined when nothing tells which message it is
 * about. What `data_coding` says is not asked: SMSCs write receipts in ASCII whatever they say, and the few others are
 * known by their text.
 *
 * @param receivedAt milliseconds since the epoch
 */
export function readReceipt(fields: ReceiptFields, receivedAt: number): ReceiptReport | undefined {
  const { receipted_message_id: receiptedMessageId, message_state: messageState } = fields;
  const report = parseReceipt(
    {
      text: bodyOf(fields),
      ...(receiptedMessageId !== undefined && { receiptedMessageId }),
      ...(messageState !== undefined && { messageState }),
    },
    receivedAt,
  );
  const [, high = 0, low = 0] = fields.network_error_code ?? [];
  const error = (high << 8) | low;
  // Many SMSCs always send the TLV and leave it zero, while the text says why.
  return report === undefined || error === 0 ? report : { ...report, errorCode: threeDigits(error) };
}

/** The text of a receipt, whichever field it is in and however it is written. */
function bodyOf({ esm_class, short_message, message_payload }: ReceiptFields): string {
  const octets = bufferOf(short_message.length > 0 ? short_message : (message_payload ?? short_message));
  const body = (esm_class & headerIndicator) === 0 ? octets : withoutHeader(octets);
  const ascii = decodeText(body, 'ascii');
  if (hasFields(ascii)) return ascii;
  const others = [decodeText(body, 'ucs2'), decodeText(unpackSeptets(body), 'gsm7')];
  return others.find(hasFields) ?? ascii;
}

function looksLikeReceipt(text: string): boolean {
  return /^\s*"?id:/i.test(text) && /\bstat:/i.test(text);
}

function hasFields(text: string): boolean {
  return /\b(?:id|stat):/i.test(text);
}

function withoutHeader(octets: Buffer): Buffer {
  try {
    return octets.subarray(readUserDataHeader(octets).octets);
  } catch (error) {
    if (error instanceof PduError) return octets;
    throw error;
  }
}
