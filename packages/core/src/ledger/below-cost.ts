import { prefixesOfNetwork } from '../numbers/network.js';
import type { Price, PriceList } from './price-list.js';
import type { Credits } from './transfer.js';

/** Numbers that would be sold for less than they cost. */
export interface BelowCost {
  /** Digits without a plus. */
  prefix: string;
  credits: Credits;
  cost: Credits;
}

/** An E.164 number has at most 15 digits; the digits after the prefix decide nothing. */
const sampleDigits = 12;

const prefixesOf = ({ prefix, mccmnc }: Pick<Price, 'prefix' | 'mccmnc'>): readonly string[] =>
  mccmnc ? prefixesOfNetwork(mccmnc) : [prefix];

/**
 * Where a sale would be below its cost. Pure. Prices change at prefixes alone, so one number of each prefix that either
 * side knows stands for all of its numbers.
 *
 * @param sale the seller's list with the new price in it
 * @param cost what the seller pays, by a list that has no price where nothing is known
 * @param isNew whether a price that was found is the new one: others were judged when they were set
 */
export function belowCost(
  { sale, cost, isNew }: { sale: PriceList; cost: PriceList; isNew: (price: Price) => boolean },
  known: readonly Pick<Price, 'prefix' | 'mccmnc'>[],
): BelowCost[] {
  const prefixes = new Set(known.flatMap(prefixesOf));
  return [...prefixes].sort().flatMap((prefix) => {
    const sample = `+${prefix.padEnd(sampleDigits, '0')}`;
    const [sold, paid] = [sale.find(sample), cost.find(sample)];
    if (!sold || !paid || !isNew(sold) || sold.credits >= paid.credits) return [];
    return [{ prefix, credits: sold.credits, cost: paid.credits }];
  });
}
