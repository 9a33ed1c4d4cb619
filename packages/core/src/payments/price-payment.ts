import type { Account } from '../accounts/account.js';
import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import { toMajor, type Money } from '../ledger/money.js';
import { creditUnit } from '../ledger/transfer.js';
import type { Database } from '../runtime.js';
import { offeredPackages, tiersOf } from './manage-packages.js';
import type { MobileMoney } from './mobile-money.js';
import type { Payment } from './payment.js';
import type { NewPayment, PaymentOptions } from './payments.js';
import { fewestPayable, priceByTier } from './tier.js';

/** What is to be bought; with `atLeast` as many credits, or the fewest that can be bought when those are more. */
export interface WantedPayment extends NewPayment {
  atLeast?: true;
}

type Terms = Pick<Payment, 'amount' | 'credits' | 'packageId' | 'packageName' | 'tier' | 'unitPrice' | 'provider'>;

const usualLeastCredits = 100;

/** What a payment costs and brings, by package or by tier; within what its provider lets be paid. */
export async function pricePayment(
  { database, options }: { database: Database; options: PaymentOptions },
  account: Account,
  wanted: WantedPayment,
  { wallet, nowMs }: { wallet: MobileMoney; nowMs: number },
): Promise<Terms> {
  const { packageId, credits, provider = null } = wanted;
  if ((packageId === undefined) === (credits === undefined)) {
    throw new SmsError('invalid_request', 'name a package or a number of credits to buy, and not both');
  }
  const { step } = wallet;
  if (packageId !== undefined) {
    const offers = isUuid(packageId) ? await database.read((tx) => offeredPackages(tx, account)) : [];
    const offer = offers.find(({ id }) => id === packageId);
    if (!offer) throw new SmsError('not_found', 'package not found');
    const amount = Math.ceil(offer.price / step) * step;
    assertPayable(wallet, provider, amount);
    const { credits: bought, name: packageName } = offer;
    return { amount, credits: bought, packageId, packageName, tier: null, unitPrice: null, provider };
  }
  const tiers = await database.read((tx) => tiersOf(tx, account, nowMs));
  const least = options.leastCredits ?? usualLeastCredits;
  const { least: leastAmount } = payable(wallet, provider) ?? { least: 0 };
  const bought =
    wanted.atLeast === true ? fewestPayable(tiers, credits ?? 0, { leastCredits: least, leastAmount, step }) : credits;
  const price = priceByTier(tiers, bought ?? 0, step);
  if (price.credits < least * creditUnit) throw new SmsError('invalid_request', `credits must be at least ${least}`);
  const { amount, unitPrice, tier } = price;
  assertPayable(wallet, provider, amount);
  return { amount, credits: price.credits, packageId: null, packageName: null, tier: tier.name, unitPrice, provider };
}

/** What can be paid at a time through a provider, or through any of them; undefined where none says so. */
function payable({ providers }: MobileMoney, wanted: string | null): { least: Money; most: Money } | undefined {
  const possible = wanted === null ? providers : providers.filter(({ code }) => code === wanted);
  if (wanted !== null && possible.length === 0) {
    throw new SmsError('invalid_request', `provider must be one of ${providers.map(({ code }) => code).join(', ')}`);
  }
  if (possible.length === 0) return undefined;
  return {
    least: Math.min(...possible.map(({ least }) => least)),
    most: Math.max(...possible.map(({ most }) => most)),
  };
}

/** Without a word about the provider only what none of them lets be paid is refused; the wallet finds out the rest. */
function assertPayable(wallet: MobileMoney, provider: string | null, amount: Money): void {
  const limits = payable(wallet, provider);
  if (!limits || (amount >= limits.least && amount <= limits.most)) return;
  const { currency } = wallet;
  const range = `${toMajor(limits.least, currency)} to ${toMajor(limits.most, currency)} ${currency}`;
  throw new SmsError('invalid_request', `${range} can be paid by phone at a time, and this is not`, {
    details: { amount: toMajor(amount, currency), currency },
  });
}
