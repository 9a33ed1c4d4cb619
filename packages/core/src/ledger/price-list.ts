import { SmsError } from '../errors.js';
import type { Msisdn } from '../numbers/msisdn.js';
import { networkOf } from '../numbers/network.js';
import { creditUnit, type Credits } from './transfer.js';

/** The price of a segment to every number that begins with a prefix, or is of a network, from a time on. */
export interface Price {
  /** Digits without a plus; the empty prefix is every number. */
  prefix: string;
  /** Mobile country code and network code; then the prefix is empty. A network wins over every prefix of its scope. */
  mccmnc?: string | null;
  credits: Credits;
  effectiveAt: number;
  /** Whose price it is: a nearer scope wins over a farther one. */
  scope: PriceScope;
}

export type PriceScope = 'account' | 'parent' | 'platform';

const scopes = ['account', 'parent', 'platform'] as const;

/** A segment costs one credit where no list says otherwise. */
export const defaultPrice: Price = { prefix: '', credits: creditUnit, effectiveAt: 0, scope: 'platform' };

interface ScopePrices {
  byNetwork: Map<string, Price>;
  byPrefix: Map<string, Price>;
}

/** Looks up what a segment costs. */
export class PriceList {
  readonly #byScope: ScopePrices[];
  /** When the next price begins to hold, and this list is one of the past; Infinity when none is known. */
  readonly nextChangeAt: number;

  constructor(prices: readonly Price[], nowMs: number, { fallback = defaultPrice }: { fallback?: Price | null } = {}) {
    const current = prices.filter(({ effectiveAt }) => effectiveAt <= nowMs);
    if (fallback) current.unshift(fallback);
    // Of two prices for the same numbers the later one stands.
    current.sort((a, b) => a.effectiveAt - b.effectiveAt);
    this.#byScope = scopes.map((scope) => {
      const own = current.filter((price) => price.scope === scope);
      return {
        byNetwork: new Map(own.flatMap((price) => (price.mccmnc ? [[price.mccmnc, price]] : []))),
        byPrefix: new Map(own.flatMap((price) => (price.mccmnc ? [] : [[price.prefix, price]]))),
      };
    });
    this.nextChangeAt = Math.min(Infinity, ...prices.map(({ effectiveAt }) => effectiveAt).filter((at) => at > nowMs));
  }

  /** Thousandths of a credit for one segment to the number. */
  perSegment(msisdn: string): Credits {
    const price = this.find(msisdn);
    if (price) return price.credits;
    throw new SmsError('price_missing', 'There is no price for this destination; ask for it to be priced.');
  }

  /** The price that holds for a number; undefined when none does. */
  find(msisdn: string): Price | undefined {
    const digits = msisdn.slice(1);
    for (const { byNetwork, byPrefix } of this.#byScope) {
      if (byNetwork.size > 0) {
        const { network, ...known } = networkOf(msisdn as Msisdn);
        const price = network === null ? undefined : byNetwork.get((known as { mccmnc: string }).mccmnc);
        if (price) return price;
      }
      if (byPrefix.size === 0) continue;
      for (let length = Math.min(digits.length, 7); length >= 0; length--) {
        const price = byPrefix.get(digits.slice(0, length));
        if (price) return price;
      }
    }
    return undefined;
  }
}
