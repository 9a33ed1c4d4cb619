import { SmsError } from '@ujumbe/core';

/** The most event streams an account may have open in one process: each keeps a socket and looks for events. */
export const maxStreamsPerAccount = 20;

/** How many streams each account has open. */
const open = new Map<string, number>();

/**
 * Counts a stream until its signal is aborted, which it is when the response closes for whatever reason.
 *
 * @throws SmsError `rate_limited` when the account has as many as it may.
 */
export function countStream(accountId: string, signal: AbortSignal): void {
  const count = open.get(accountId) ?? 0;
  if (count >= maxStreamsPerAccount) {
    throw new SmsError('rate_limited', `an account has at most ${maxStreamsPerAccount} event streams; close one first`);
  }
  if (signal.aborted) return;
  open.set(accountId, count + 1);
  signal.addEventListener(
    'abort',
    () => {
      const left = (open.get(accountId) ?? 1) - 1;
      if (left > 0) open.set(accountId, left);
      else open.delete(accountId);
    },
    { once: true },
  );
}
