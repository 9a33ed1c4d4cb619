import type { PriceRow } from './ledger.store.js';
import type { Price } from './price-list.js';

export const priceOf = ({ prefix, mccmnc, credits, effective_at: effectiveAt }: PriceRow): Omit<Price, 'scope'> => ({
  prefix,
  mccmnc,
  credits,
  effectiveAt,
});

/** How near a row is to an account. */
export const scopeOf = (
  { account_id: owner }: Pick<PriceRow, 'account_id'>,
  accountId: string | null,
): Price['scope'] => (owner === null ? 'platform' : owner === accountId ? 'account' : 'parent');

/** Rows of the sell side as an account's prices. */
export const sellPrices = (rows: readonly PriceRow[], accountId: string): Price[] =>
  rows.filter(({ side }) => side === 'sell').map((row) => ({ ...priceOf(row), scope: scopeOf(row, accountId) }));
