import type { ReceiptState } from '../messaging/transport.js';

/**
 * The words operators write in `stat:`, and the message_state numbers of the TLV.
 * Source: SMPP 3.4 §5.2.28 and contracts/smpp.md §5.5; a word that is in neither says nothing, and is not a failure.
 */
const words: Readonly<Record<string, ReceiptState>> = {
  DELIVRD: 'delivered',
  DELIVERED: 'delivered',
  ACKED: 'delivered',
  EXPIRED: 'expired',
  DELETED: 'cancelled',
  UNDELIV: 'undelivered',
  UNDELIVERED: 'undelivered',
  FAILED: 'undelivered',
  REJECTD: 'rejected',
  REJECTED: 'rejected',
  BLOCKED: 'rejected',
  ACCEPTD: 'enroute',
  ACCEPTED: 'enroute',
  ENROUTE: 'enroute',
  ENROUT: 'enroute',
  BUFFRED: 'enroute',
  BUFFERD: 'enroute',
};

const numbers: readonly ReceiptState[] = [
  'enroute', // SCHEDULED, of SMPP 5.0
  'enroute',
  'delivered',
  'expired',
  'cancelled',
  'undelivered',
  'enroute', // ACCEPTED
  'unknown',
  'rejected',
];

export const receiptStateOfWord = (word: string): ReceiptState => words[word.trim().toUpperCase()] ?? 'unknown';

export const receiptStateOfNumber = (messageState: number): ReceiptState => numbers[messageState] ?? 'unknown';
