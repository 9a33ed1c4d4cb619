import type { Credits } from '../ledger/transfer.js';
import type { Msisdn } from '../numbers/msisdn.js';
import { networkOf } from '../numbers/network.js';
import type { PreparedMessages, RejectedItem } from './prepare-messages.js';

/** What messages to one network would come to. */
export interface NetworkCost {
  /** Null where no prefix is known. */
  network: string | null;
  /** ISO 3166 alpha-2. */
  country: string | null;
  mccmnc: string | null;
  messages: number;
  segments: number;
  cost: Credits;
}

/** What a command would come to if it were sent now. Nothing is held for it. */
export interface Quote {
  accepted: { index: number; to: string; segments: number; cost: Credits }[];
  rejected: RejectedItem[];
  segments: number;
  /** How many messages have how many segments. */
  histogram: Record<string, number>;
  networks: NetworkCost[];
  cost: Credits;
  balance: Credits;
  /** What would be left; below nought by what is missing. */
  balanceAfter: Credits;
  /** How long it would take at the present speed, with what waits already; null when no speed is known. */
  seconds: number | null;
}

/** Adds up prepared messages, all but the time they would take. Pure. */
export function quoteOf(
  { messages, rejected }: PreparedMessages,
  balance: Credits,
): Omit<Quote, 'seconds'> & { byRoute: Map<string, number> } {
  const quote = {
    accepted: messages.map(({ index, message: { recipient: to, segments, cost } }) => ({ index, to, segments, cost })),
    rejected,
    segments: 0,
    histogram: {} as Record<string, number>,
    cost: 0,
    balance,
    byRoute: new Map<string, number>(),
  };
  const networks = new Map<string, NetworkCost>();
  for (const { message } of messages) {
    const { segments, cost, route } = message;
    quote.segments += segments;
    quote.cost += cost;
    quote.histogram[segments] = (quote.histogram[segments] ?? 0) + 1;
    quote.byRoute.set(route, (quote.byRoute.get(route) ?? 0) + segments);
    const network = networkOf(message.recipient as Msisdn);
    const mccmnc = network.network === null ? null : network.mccmnc;
    const key = mccmnc ?? network.country ?? '';
    let sum = networks.get(key);
    if (!sum) {
      sum = { network: network.network, country: network.country, mccmnc, messages: 0, segments: 0, cost: 0 };
      networks.set(key, sum);
    }
    sum.messages += 1;
    sum.segments += segments;
    sum.cost += cost;
  }
  const byCost = [...networks.values()].sort((a, b) => b.cost - a.cost);
  return { ...quote, networks: byCost, balanceAfter: balance - quote.cost };
}
