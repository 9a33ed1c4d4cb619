import { balanceOf } from '../ledger/ledger.store.js';
import { countReady } from '../queue/job.store.js';
import type { Clock, Database, Ids } from '../runtime.js';
import { suppressedAmong } from '../suppression/suppression.store.js';
import type { DispatchWorker } from './dispatch.worker.js';
import { prepareMessages, type PreparedMessages, type SendCommand, type SendingLimits } from './prepare-messages.js';
import { quoteOf, type Quote } from './quote.js';
import type { RouteTable } from './route.js';
import type { SendingPolicies } from './sending-policy.js';

export interface QuoteDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  routes: RouteTable;
  limits: SendingLimits;
  policies: SendingPolicies;
  dispatchers: readonly Pick<DispatchWorker, 'route' | 'segmentsPerSecond'>[];
}

/** More than can be sent in one request, because what is quoted is often sent in several. */
export const mostQuoted = 10_000;

/** Says what a command would come to: decided as a send decides, and nothing held, stored or sent. */
export async function quoteMessages(deps: QuoteDeps, accountId: string, command: SendCommand): Promise<Quote> {
  const { database, clock, ids, routes, policies } = deps;
  // No commit finds out that this was decided on prices of a moment ago, so they are read.
  policies.forget(accountId);
  const policy = await policies.of(accountId);
  const limits = { ...deps.limits, maxRecipients: mostQuoted };
  const prepared = prepareMessages(command, policy, { nowMs: clock.now(), ids, routes, limits });
  const phones = [...new Set(prepared.messages.map(({ message }) => message.recipient))];
  const { optedOut, balance } = await database.read(async (tx) => ({
    optedOut: phones.length === 0 ? new Set<string>() : await suppressedAmong(tx, accountId, phones),
    balance: (await balanceOf(tx, accountId))?.available ?? 0,
  }));
  const { byRoute, ...quote } = quoteOf(withoutOptedOut(prepared, optedOut), balance);
  return { ...quote, seconds: await secondsFor(deps, byRoute) };
}

function withoutOptedOut({ messages, rejected }: PreparedMessages, optedOut: ReadonlySet<string>): PreparedMessages {
  if (optedOut.size === 0) return { messages, rejected };
  const refused = messages
    .filter(({ message }) => optedOut.has(message.recipient))
    .map(({ index, message }) => ({
      index,
      to: message.recipient,
      code: 'opted_out' as const,
      reason: 'this number has opted out of messages from this account',
    }));
  return {
    messages: messages.filter(({ message }) => !optedOut.has(message.recipient)),
    rejected: [...rejected, ...refused].sort((a, b) => a.index - b.index),
  };
}

/** The slowest route decides. What waits there already counts as one segment a message. */
async function secondsFor(
  { database, dispatchers }: QuoteDeps,
  byRoute: ReadonlyMap<string, number>,
): Promise<number | null> {
  let longest = 0;
  for (const [route, segments] of byRoute) {
    const perSecond = dispatchers.find((dispatcher) => dispatcher.route === route)?.segmentsPerSecond ?? null;
    if (perSecond === null) return null;
    const ahead = await database.read((tx) => countReady(tx, route));
    longest = Math.max(longest, (ahead + segments) / perSecond);
  }
  return Math.ceil(longest);
}
