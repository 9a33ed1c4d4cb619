import { eventTypes, messageEndTypes, paymentEndTypes, type DomainEvent } from '../events.js';
import { groupBy } from '../group-by.js';
import type { HandleEvents, Heard } from '../outbox/consume-events.worker.js';
import type { EventFilter } from '../outbox/event.store.js';
import type { Clock, Database, Ids } from '../runtime.js';
import type { Signal } from '../signal.js';
import { isSettled } from './watch.js';
import { awaitedAmong, awaitsAny, settleWatched } from './watch.store.js';
import { WebhookBodies } from './webhook-bodies.js';
import { hears } from './webhook.js';
import { insertDeliveries } from './delivery.store.js';
import { activeWebhooks, type StoredWebhook } from './webhook.store.js';

/** How long a list of subscriptions is used. A new subscription hears within this time what happens after it. */
const freshForMs = 1_000;
/** Up to so many accounts with subscriptions only theirs are read. */
const mostNamed = 100;

/** Payments are told of when they have ended, and not before. */
const settles = ({ data }: DomainEvent): boolean => ('messageId' in data && isSettled(data)) || 'paymentId' in data;

/** Turns events into deliveries, one for each subscription that hears them, and ends watches. */
export function fanOut(deps: { database: Database; clock: Clock; ids: Ids; deliveriesReady: Signal }): {
  handle: HandleEvents;
  heard: Heard;
  subscriptionsChanged(): void;
} {
  const { database, clock, ids, deliveriesReady } = deps;
  const bodies = new WebhookBodies(database);
  let known: { byAccount: Map<string, StoredWebhook[]>; readAt: number } | undefined;
  let changes = 0;

  const subscriptions = async (): Promise<Map<string, StoredWebhook[]>> => {
    if (known && clock.now() - known.readAt < freshForMs) return known.byAccount;
    const changesBefore = changes;
    const webhooks = await database.read((tx) => activeWebhooks(tx));
    // What was changed while this was read may or may not be in it.
    if (changes !== changesBefore) return subscriptions();
    known = { byAccount: groupBy(webhooks, ({ accountId }) => accountId), readAt: clock.now() };
    return known.byAccount;
  };

  const subscriptionsChanged = (): void => {
    known = undefined;
    changes++;
  };

  const heard = async (): Promise<EventFilter | undefined> => {
    const byAccount = await subscriptions();
    const names = new Set([...byAccount.values()].flat().flatMap(({ events }) => events));
    const types = eventTypes.filter((type) => hears([...names], type));
    if (await database.read((tx) => awaitsAny(tx)))
      return { types: [...new Set([...types, ...messageEndTypes, ...paymentEndTypes])] };
    if (types.length === 0) return undefined;
    return { types, accountIds: byAccount.size > mostNamed ? undefined : [...byAccount.keys()] };
  };

  /** The messages and payments that are settled by these events and that a watch waits for. */
  const awaitedSettled = async (events: readonly DomainEvent[]): Promise<string[]> => {
    const settled = events.filter(settles).map(({ subjectId }) => subjectId);
    return settled.length === 0 ? [] : database.read((tx) => awaitedAmong(tx, settled));
  };

  const handle = async (events: readonly DomainEvent[]): ReturnType<HandleEvents> => {
    const byAccount = await subscriptions();
    const nowMs = clock.now();
    const heard = events.flatMap((event) => {
      const hearing = byAccount.get(event.accountId)?.filter(({ events: names }) => hears(names, event.type)) ?? [];
      return hearing.map((webhook) => ({ event, webhook }));
    });
    const render = await bodies.of(heard);
    const deliveries = heard.flatMap(({ event, webhook }) => {
      const body = render(event, webhook);
      if (body === undefined) return [];
      const { accountId, id: eventId, type: eventType } = event;
      return [{ id: ids.next(), webhookId: webhook.id, accountId, eventId, eventType, body, at: nowMs }];
    });
    const awaited = await awaitedSettled(events);
    return {
      statements: [...insertDeliveries(database.kind, deliveries), ...settleWatched(database.kind, awaited, nowMs)],
      isPassed: deliveries.length === 0 && awaited.length === 0,
      committed: () => {
        if (deliveries.length > 0 || awaited.length > 0) deliveriesReady.raise();
      },
    };
  };

  return { handle, heard, subscriptionsChanged };
}
