import { bumpAllVersions, bumpFamilyVersions } from '../accounts/account.store.js';
import { SmsError } from '../errors.js';
import type { Clock, Database, Ids } from '../runtime.js';
import { insertPrice } from './ledger.store.js';

/** Sets what a segment to the numbers with a prefix costs from now on, for one account or for all. */
export async function setPrice(
  { database, clock, ids }: { database: Database; clock: Clock; ids: Ids },
  price: { accountId?: string; prefix: string; credits: number },
): Promise<void> {
  const prefix = price.prefix.replace(/^\+/, '');
  if (!/^\d{0,7}$/.test(prefix)) {
    throw new SmsError('invalid_request', 'prefix must be at most seven digits of an international number');
  }
  if (!Number.isSafeInteger(price.credits) || price.credits < 0) {
    throw new SmsError('invalid_request', 'credits must be thousandths of a credit, nought or more');
  }
  const accountId = price.accountId ?? null;
  await database.commit([
    insertPrice({ id: ids.next(), accountId, prefix, credits: price.credits, effectiveAt: clock.now() }),
    accountId === null ? bumpAllVersions : bumpFamilyVersions(accountId),
  ]);
}
