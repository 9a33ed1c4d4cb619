import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { Credits, TransferKind } from './transfer.js';

/** What an account has: to spend, and held for messages on their way. */
export interface StatementBalance {
  available: Credits;
  held: Credits;
}

/** A movement with what it is about, and the balance after it. */
export interface Movement {
  at: number;
  kind: Exclude<TransferKind, 'allot'>;
  amount: Credits;
  /** What it did to each of the two; a capture takes what was held. */
  availableChange: Credits;
  heldChange: Credits;
  balance: StatementBalance;
  /** The message, list, payment or gift, or whatever a top-up was referred to by. */
  subjectId: string;
  messageId: string | null;
  campaignId: string | null;
  paymentId: string | null;
  /** The tenant that was given credits. */
  tenantId: string | null;
}

/** All that happened to an account's credits in a time, or a stretch of it. */
export interface StatementPage {
  from: number;
  /** The first moment that is no longer in it. */
  to: number;
  opening: StatementBalance;
  movements: Movement[];
  closing: StatementBalance;
  /** Where the next stretch begins; null when this was the last. */
  cursor: string | null;
}

/** What a movement does to what can be spent, and to what is held. What a list allots is held already: nothing moves. */
export const effects: Readonly<Record<Movement['kind'], { available: -1 | 0 | 1; held: -1 | 0 | 1 }>> = {
  top_up: { available: 1, held: 0 },
  transfer_out: { available: -1, held: 0 },
  transfer_in: { available: 1, held: 0 },
  hold: { available: -1, held: 1 },
  reserve: { available: -1, held: 1 },
  capture: { available: 0, held: -1 },
  release: { available: 1, held: -1 },
  return: { available: 1, held: -1 },
  refund: { available: 1, held: 0 },
};

/** The last movement of a stretch. */
export interface Place {
  at: number;
  subjectId: string;
  phase: number;
}

/** How far a reader has come, with what was known at the beginning, so that no stretch is added up twice. */
export interface StatementCursor {
  from: number;
  to: number;
  place: Place;
  balance: StatementBalance;
  opening: StatementBalance;
  closing: StatementBalance;
}

const numbersOf = ({ available, held }: StatementBalance): number[] => [available, held];

export function writeCursor({ from, to, place, balance, opening, closing }: StatementCursor): string {
  const numbers = [from, to, place.at, place.phase, ...[balance, opening, closing].flatMap(numbersOf)];
  return Buffer.from(JSON.stringify([place.subjectId, ...numbers])).toString('base64url');
}

/** @throws SmsError `invalid_request` for what no answer gave */
export function readCursor(written: string): StatementCursor {
  const refused = new SmsError('invalid_request', 'after must be a cursor that an earlier answer gave');
  if (written.length > 500) throw refused;
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(written, 'base64url').toString('utf8'));
  } catch {
    throw refused;
  }
  const [subjectId, ...numbers] = Array.isArray(values) ? (values as unknown[]) : [];
  const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
  if (typeof subjectId !== 'string' || !isUuid(subjectId) || numbers.length !== 10 || !numbers.every(isWhole)) {
    throw refused;
  }
  const [from = 0, to = 0, at = 0, phase = 0, ...balances] = numbers;
  // A phase is a small number; what is larger than its column would be an error of the database's.
  if (phase < 1 || phase > 9) throw refused;
  const balanceAt = (index: number): StatementBalance => ({
    available: balances[index] ?? 0,
    held: balances[index + 1] ?? 0,
  });
  return {
    from,
    to,
    place: { at, subjectId, phase },
    balance: balanceAt(0),
    opening: balanceAt(2),
    closing: balanceAt(4),
  };
}
