import type { Message } from '../messaging/message.js';
import { isFinal } from '../messaging/message.js';
import { isOpen, type Payment } from '../payments/payment.js';

/**
 * What a customer asks to be told: once, when all these messages and payments are settled, and at the latest after a
 * time. There are 1 to {@link maxWatched} of them, all of the account's own.
 */
export interface NewWatch {
  /** Where to tell it. */
  url: string;
  messageIds?: readonly string[] | undefined;
  paymentIds?: readonly string[] | undefined;
  withinMs: number;
}

/** A watch with what it waits for as it is now. Times are milliseconds since the epoch. */
export interface Watch {
  id: string;
  accountId: string;
  url: string;
  createdAt: number;
  endsAt: number;
  /** In the order they were given. */
  messages: Message[];
  /** In the order they were given. */
  payments: Payment[];
}

/** Everything a customer does with watches. */
export interface Watches {
  /**
   * What is told is `{type: 'watch.ended', data: {uuid}}`, signed with the secret that is returned here only.
   *
   * @throws SmsError `not_found` when a message or payment is not the account's, `invalid_request`, `conflict`
   */
  create(accountId: string, watch: NewWatch): Promise<{ watch: Watch; secret: string }>;
  /** @throws SmsError `not_found`; also a day after the watch has told what it had to tell */
  get(accountId: string, watchId: string): Promise<Watch>;
  delete(accountId: string, watchId: string): Promise<void>;
}

export const maxWatched = 1_000;
export const maxWatchesPerAccount = 10_000;
export const longestWatchMs = 7 * 86_400_000;

/** Whether nothing more is to be expected of a message: `unknown` is what a message without a receipt ends as. */
export const isSettled = ({ state }: Pick<Message, 'state'>): boolean => isFinal(state) || state === 'unknown';

/** `waiting` until every message and payment is settled or the time is over; an expired payment is settled as well. */
export function watchState({ endsAt, messages, payments }: Watch, nowMs: number): 'waiting' | 'settled' | 'timed_out' {
  if (messages.every(isSettled) && !payments.some(isOpen)) return 'settled';
  return nowMs >= endsAt ? 'timed_out' : 'waiting';
}
