import { messageEndTypes, type DomainEvent, type EventType, type MessageEventData } from '../events.js';
import type { HandleEvents, Heard } from '../outbox/consume-events.worker.js';
import type { Clock, Database, Ids } from '../runtime.js';
import type { Signal } from '../signal.js';
import { renderCallback } from './callback-format.js';
import { callbacksOf, hasCallbacks, insertCallbackDeliveries } from './callback.store.js';
import { FormatShelf } from './format-shelf.js';

/** Acceptance is told in the answer to the send itself. */
const told: readonly EventType[] = ['message.submitted', ...messageEndTypes];

/** What callbacks are told of, once there is one. */
export const heardByCallbacks =
  (database: Database): Heard =>
  async () =>
    (await database.read((tx) => hasCallbacks(tx))) ? { types: told } : undefined;

/** Turns events of messages that asked for it into callbacks. Costs one look for a batch of events when none did. */
export function queueCallbacks(deps: {
  database: Database;
  clock: Clock;
  ids: Ids;
  callbacksReady: Signal;
}): HandleEvents {
  const { database, clock, ids, callbacksReady } = deps;
  const formats = new FormatShelf(database);

  return async (events) => {
    const ours = events.filter(({ type }) => told.includes(type));
    const subjects = [...new Set(ours.flatMap(subjectsOf))];
    const callbacks = subjects.length === 0 ? undefined : await database.read((tx) => callbacksOf(tx, subjects));
    if (!callbacks || callbacks.size === 0) return { statements: [], isPassed: true };
    const nowMs = clock.now();
    const deliveries = [];
    for (const event of ours) {
      for (const subjectId of subjectsOf(event)) {
        const callback = callbacks.get(subjectId);
        const format = callback && (await formats.find(callback.formatId));
        const body = format && renderCallback(format, callback, event);
        if (body === undefined) continue;
        const { accountId, id: eventId } = event;
        deliveries.push({ id: ids.next(), subjectId, accountId, eventId, body, at: nowMs });
      }
    }
    return {
      statements: insertCallbackDeliveries(database.kind, deliveries),
      isPassed: deliveries.length === 0,
      committed: () => {
        if (deliveries.length > 0) callbacksReady.raise();
      },
    };
  };
}

function subjectsOf({ data }: DomainEvent): string[] {
  const { messageId, batchId } = data as MessageEventData;
  return batchId === undefined ? [messageId] : [messageId, batchId];
}
