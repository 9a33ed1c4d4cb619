import { SmsError } from '../errors.js';
import type { Database } from '../runtime.js';
import { lowBelowOf, setLowBelow } from './low-balance.store.js';
import { mostCredits } from './top-up.js';
import type { Credits } from './transfer.js';

/** Sets the balance an account is told of when it falls below; null takes it back. It tells of falls from now on. */
export async function setLowBalance(
  { database }: { database: Database },
  accountId: string,
  below: Credits | null,
): Promise<void> {
  if (below !== null && (!Number.isSafeInteger(below) || below <= 0 || below > mostCredits)) {
    throw new SmsError('invalid_request', 'the threshold must be more than nought credits, or null for none');
  }
  await lowBalance({ database }, accountId);
  await database.commit([setLowBelow(accountId, below)]);
}

/** The threshold of an account; null when it has none. @throws SmsError `not_found` */
export async function lowBalance({ database }: { database: Database }, accountId: string): Promise<Credits | null> {
  const below = await database.read((tx) => lowBelowOf(tx, accountId));
  if (below === undefined) throw new SmsError('not_found', 'account not found');
  return below;
}
