import { SmsError } from '../errors.js';
import { creditUnit, type Credits } from './transfer.js';

/** The price of a segment to every number that begins with a prefix, from a time on. */
export interface Price {
  /** Digits without a plus; the empty prefix is every number. */
  prefix: string;
  credits: Credits;
  effectiveAt: number;
  /** Whose price it is: a nearer scope wins over a farther one, and then the longer prefix. */
  scope: 'account' | 'parent' | 'platform';
}

const scopes = ['account', 'parent', 'platform'] as const;

/** A segment costs one credit where no list says otherwise. */
const defaultPrice: Price = { prefix: '', credits: creditUnit, effectiveAt: 0, scope: 'platform' };

/** Looks up what a segment costs. */
export class PriceList {
  readonly #byScope: Map<string, Price>[];

  constructor(prices: readonly Price[], nowMs: number) {
    const current = [defaultPrice, ...prices].filter(({ effectiveAt }) => effectiveAt <= nowMs);
    current.sort((a, b) => a.effectiveAt - b.effectiveAt);
    this.#byScope = scopes.map(
      // Of two prices for one prefix the later one stands.
      (scope) => new Map(current.filter((price) => price.scope === scope).map((price) => [price.prefix, price])),
    );
  }

  /** Thousandths of a credit for one segment to the number. */
  perSegment(msisdn: string): Credits {
    const digits = msisdn.slice(1);
    for (const prices of this.#byScope) {
      if (prices.size === 0) continue;
      for (let length = Math.min(digits.length, 7); length >= 0; length--) {
        const price = prices.get(digits.slice(0, length));
        if (price) return price.credits;
      }
    }
    throw new SmsError('price_missing', 'There is no price for this destination; ask for it to be priced.');
  }
}
