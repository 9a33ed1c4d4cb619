import type { Credits } from '../ledger/transfer.js';
import type { Statement } from '../runtime.js';

/** Who is asked to pay when a campaign lacks credit. What is absent is as for any other payment. */
export interface Funder {
  /** Whose phone is asked. */
  phone: string;
  buyerName?: string | undefined;
  buyerEmail?: string | undefined;
  /** The operator of the wallet. */
  provider?: string | undefined;
}

/**
 * Has a phone asked to pay for the credits that are missing, or for the fewest that can be bought when those are more.
 *
 * @param noted what is written in the commit that stores the payment, before anybody is asked
 * @returns the payment's id
 * @throws SmsError as `Payments.create`; CommitConflict when what is noted did not hold, and then nobody was asked
 */
export type RequestFunds = (
  accountId: string,
  missing: Credits,
  funder: Funder,
  noted: (paymentId: string) => readonly Statement[],
) => Promise<string>;

/** What a campaign waits for, and how that stands. */
export interface Funding {
  available: Credits;
  /** What must be available for it to start. */
  needed: Credits;
  payment: 'open' | 'completed' | 'failed' | 'cancelled' | 'expired';
  waitedMs: number;
}

/** A campaign waits no longer than a plan holds, whatever its wallet is silent about. */
export const mostWaitMs = 86_400_000;

/**
 * What a waiting campaign does: credit that suffices starts it, wherever it came from; a payment that has ended without
 * that ends the wait, and the answer is why.
 */
export function afterWaiting({ available, needed, payment, waitedMs }: Funding): 'start' | 'wait' | { reason: string } {
  if (available >= needed) return 'start';
  if (payment === 'completed') return { reason: 'insufficient_balance' };
  if (payment !== 'open') return { reason: `payment_${payment}` };
  return waitedMs < mostWaitMs ? 'wait' : { reason: 'payment_expired' };
}
