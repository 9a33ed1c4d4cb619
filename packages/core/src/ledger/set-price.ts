import type { Account } from '../accounts/account.js';
import { bumpAllVersions, bumpFamilyVersions, findAccount } from '../accounts/account.store.js';
import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import { networkNamed } from '../numbers/network.js';
import type { Clock, Database, Ids, Logger, Statement, Transaction } from '../runtime.js';
import { belowCost, type BelowCost } from './below-cost.js';
import { insertPrice, pricesFor } from './ledger.store.js';
import { priceOf, scopeOf } from './price-row.js';
import { PriceList, type Price } from './price-list.js';
import type { Credits } from './transfer.js';

/** What is done about a price below the seller's cost: it is refused, or set with a warning. */
export type BelowCostPolicy = 'refuse' | 'warn';

export interface NewPrice {
  /** Whose price; everybody's who has none of his own unless given. Tenants pay their partner's where they have none. */
  accountId?: string | undefined;
  /** `sell` unless given. `buy` is what the platform itself pays to its operators, in the same unit. */
  side?: 'sell' | 'buy' | undefined;
  /** E.164 with or without its plus, at most seven digits; the empty prefix is every number. */
  prefix?: string | undefined;
  /** Mobile country code and network code, such as `64004`, instead of a prefix. */
  mccmnc?: string | undefined;
  /** Thousandths of a credit for a segment. */
  credits: Credits;
  /** Milliseconds since the epoch; from now on unless given. */
  effectiveAt?: number | undefined;
}

export interface SetPriceDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  onBelowCost: BelowCostPolicy;
}

type PricedAccount = Pick<Account, 'id' | 'kind' | 'parentId'>;

const farthestMs = 10 * 366 * 86_400_000;

/**
 * Sets what a segment costs from a time on. A partner's cost is what it pays itself; everybody else is sold to by the
 * platform, whose cost are its buy prices.
 *
 * @returns where the price is below the seller's cost
 * @throws SmsError `invalid_request`; `conflict` when it is below cost and that is refused, with `below_cost` in the details
 */
export async function setPrice(deps: SetPriceDeps, wanted: NewPrice): Promise<{ belowCost: BelowCost[] }> {
  const { database } = deps;
  const accountId = wanted.accountId ?? null;
  const account = accountId === null ? null : await database.read((tx) => accountPriced(tx, accountId));
  const { statement, belowCost } = await preparePrice(deps, account, wanted);
  await database.commit([
    statement,
    ...(wanted.side === 'buy' ? [] : [accountId === null ? bumpAllVersions : bumpFamilyVersions(accountId)]),
  ]);
  return { belowCost };
}

async function accountPriced(tx: Transaction, accountId: string): Promise<Account> {
  const account = isUuid(accountId) ? await findAccount(tx, accountId) : undefined;
  if (!account) throw new SmsError('not_found', 'account not found');
  return account;
}

/**
 * Checks a price, and answers the statement that sets it. The versions that are decided on it are the caller's to bump.
 *
 * @param account whose price it is, which need not be stored yet; null for everybody's
 * @throws SmsError as {@link setPrice}
 */
export async function preparePrice(
  deps: SetPriceDeps,
  account: PricedAccount | null,
  wanted: Omit<NewPrice, 'accountId'>,
): Promise<{ statement: Statement; belowCost: BelowCost[] }> {
  const { clock, ids, logger, onBelowCost } = deps;
  const nowMs = clock.now();
  const price = checkPrice(wanted, nowMs);
  const accountId = account?.id ?? null;
  if (accountId !== null && price.side === 'buy') {
    throw new SmsError('invalid_request', 'buy prices are the platform’s own; leave the account out');
  }
  const below = await salesBelowCost(deps, account, price, Math.max(nowMs, price.effectiveAt));
  if (below.length > 0 && price.side === 'sell' && onBelowCost === 'refuse') {
    throw new SmsError('conflict', 'this price is below what a segment costs; raise it, or lower what is paid', {
      details: { below_cost: below },
    });
  }
  if (below.length > 0) logger.warn({ accountId, belowCost: below }, 'a price is below cost');
  return { statement: insertPrice({ id: ids.next(), accountId, ...price }), belowCost: below };
}

type CheckedPrice = Required<Pick<NewPrice, 'credits' | 'effectiveAt' | 'side'>> & {
  prefix: string;
  mccmnc: string | null;
  side: 'sell' | 'buy';
  effectiveAt: number;
};

function checkPrice(wanted: NewPrice, nowMs: number): CheckedPrice {
  const { credits, mccmnc = null, side = 'sell', effectiveAt = nowMs } = wanted;
  const prefix = (wanted.prefix ?? '').replace(/^\+/, '');
  if (!/^\d{0,7}$/.test(prefix)) {
    throw new SmsError('invalid_request', 'prefix must be at most seven digits of an international number');
  }
  if (mccmnc !== null && (prefix !== '' || networkNamed(mccmnc) === undefined)) {
    throw new SmsError(
      'invalid_request',
      'mccmnc must be the code of a known network, such as 64004, without a prefix',
    );
  }
  if (!Number.isSafeInteger(credits) || credits < 0) {
    throw new SmsError('invalid_request', 'credits must be thousandths of a credit, nought or more');
  }
  if (!Number.isSafeInteger(effectiveAt) || effectiveAt < 0 || effectiveAt > nowMs + farthestMs) {
    throw new SmsError('invalid_request', 'the time from which a price holds must be at most ten years ahead');
  }
  return { credits, mccmnc, side, effectiveAt, prefix };
}

async function salesBelowCost(
  { database }: SetPriceDeps,
  account: PricedAccount | null,
  price: CheckedPrice,
  at: number,
): Promise<BelowCost[]> {
  const accountId = account?.id ?? null;
  const rows = await database.read((tx) => pricesFor(tx, accountId, account?.parentId ?? null));
  const partnerId = account?.kind === 'tenant' ? account.parentId : null;
  const entry: Price = { ...price, scope: accountId === null ? 'platform' : 'account' };
  const sells = rows.filter(({ side }) => side === 'sell');
  const buys = rows.filter(({ side }) => side === 'buy');
  const costs: Price[] =
    partnerId === null
      ? buys.map((row) => ({ ...priceOf(row), scope: 'platform' as const }))
      : sells
          .filter(({ account_id: owner }) => owner === null || owner === partnerId)
          .map((row) => ({
            ...priceOf(row),
            scope: row.account_id === null ? ('platform' as const) : ('account' as const),
          }));
  const own = sells.map((row) => ({ ...priceOf(row), scope: scopeOf(row, accountId) }));
  const isBuy = price.side === 'buy';
  const sale = new PriceList(isBuy ? own : [...own, entry], at);
  const cost = new PriceList(isBuy ? [...costs, entry] : costs, at, partnerId === null ? { fallback: null } : {});
  // A new buy price is held against every sale; a new sale against its cost alone.
  return belowCost({ sale, cost, isNew: (found) => isBuy || found === entry }, [entry, ...costs, ...own]);
}
