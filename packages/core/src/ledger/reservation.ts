import type { Credits } from './transfer.js';

/** Credits held for the messages of a list before they are made. Each of them draws its part. */
export interface Reservation {
  /** The list it is held for. */
  subjectId: string;
  accountId: string;
  amount: Credits;
  /** What messages have drawn of it. */
  allotted: Credits;
  /** When the rest was given back; null while messages may still draw on it. */
  closedAt: number | null;
}
