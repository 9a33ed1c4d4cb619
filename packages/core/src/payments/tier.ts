import { SmsError } from '../errors.js';
import { mostMoney, type Money } from '../ledger/money.js';
import { mostCredits } from '../ledger/top-up.js';
import { creditUnit, type Credits } from '../ledger/transfer.js';

/** What a credit costs from a number of credits on, up to the next tier. */
export interface Tier {
  name: string;
  /** Whole credits. */
  from: number;
  /** Money for one credit. */
  unitPrice: Money;
}

/** What a number of credits costs, and by which tier. */
export interface TierPrice {
  credits: Credits;
  amount: Money;
  unitPrice: Money;
  tier: Tier;
  /** The first number of credits that is of the next tier; null in the last. */
  until: number | null;
}

/** Where nobody has set tiers; source: contracts/mifumo.md §7.8, with Standard over the gap of its table. */
export const usualTiers: Readonly<Record<string, readonly Tier[]>> = {
  TZS: [
    { name: 'Lite', from: 1, unitPrice: 1_800 },
    { name: 'Standard', from: 50_000, unitPrice: 1_400 },
    { name: 'Pro', from: 250_000, unitPrice: 1_200 },
  ],
};

const mostTiers = 50;

/** Tiers from outside, in order. @throws SmsError `invalid_request` */
export function checkTiers(tiers: readonly Tier[]): Tier[] {
  const refuse = (sentence: string): never => {
    throw new SmsError('invalid_request', sentence);
  };
  if (tiers.length === 0 || tiers.length > mostTiers) refuse(`there must be 1 to ${mostTiers} tiers`);
  for (const { name, from, unitPrice } of tiers) {
    if (name.trim() === '' || name.length > 50 || name.includes('\0')) refuse('a tier must have a name');
    if (!Number.isSafeInteger(from) || from < 1) refuse('a tier must begin at a whole number of credits');
    if (!Number.isSafeInteger(unitPrice) || unitPrice < 1 || unitPrice > mostMoney) {
      refuse('a tier must have a price for one credit, in the smallest unit of the currency');
    }
  }
  const sorted = [...tiers].sort((a, b) => a.from - b.from);
  if (sorted[0]?.from !== 1) refuse('the first tier must begin at 1 credit');
  if (sorted.some(({ from }, index) => from === sorted[index + 1]?.from)) refuse('two tiers begin at the same number');
  return sorted.map(({ name, from, unitPrice }) => ({ name: name.trim(), from, unitPrice }));
}

/**
 * The price of credits by tier. Parts of a credit are not sold, so the number is rounded up; so is the amount, to what
 * the wallet can ask for.
 *
 * @param tiers in order, the first from 1
 */
export function priceByTier(tiers: readonly Tier[], wanted: Credits, step: Money): TierPrice {
  if (!Number.isSafeInteger(wanted) || wanted <= 0 || wanted > mostCredits) {
    throw new SmsError('invalid_request', 'credits must be more than nought and at most a thousand million');
  }
  const whole = Math.ceil(wanted / creditUnit);
  const index = tiers.findLastIndex(({ from }) => from <= whole);
  const tier = tiers[index];
  if (!tier) throw new SmsError('price_missing', 'credits have no price in this currency; ask for one to be set');
  const amount = Math.ceil((whole * tier.unitPrice) / step) * step;
  if (!Number.isSafeInteger(amount) || amount > mostMoney) {
    throw new SmsError('invalid_request', 'so many credits cannot be paid at once; buy fewer');
  }
  const until = tiers[index + 1]?.from ?? null;
  return { credits: whole * creditUnit, amount, unitPrice: tier.unitPrice, tier, until };
}

/**
 * The most credits that cost no more than an amount. More credits may cost less than fewer, where a tier begins.
 *
 * @param tiers in order, the first from 1
 */
export function mostWithin(tiers: readonly Tier[], amount: Money, step: Money): TierPrice {
  const asked = Math.floor(amount / step) * step;
  const counts = tiers.map(({ from, unitPrice }, index) => {
    const most = Math.min(Math.floor(asked / unitPrice), (tiers[index + 1]?.from ?? Infinity) - 1);
    return most >= from ? most : 0;
  });
  const most = Math.max(0, ...counts);
  if (most === 0 && tiers.length > 0) throw new SmsError('invalid_request', 'the amount is less than one credit costs');
  return priceByTier(tiers, Math.max(1, most) * creditUnit, step);
}
