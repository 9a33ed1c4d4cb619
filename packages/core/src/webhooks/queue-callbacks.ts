import type { DomainEvent, MessageEventData } from '../events.js';
import type { HandleEvents } from '../outbox/consume-events.worker.js';
import type { Clock, Database, Ids } from '../runtime.js';
import type { Signal } from '../signal.js';
import { renderCallback } from './callback-format.js';
import { callbacksOf, insertCallbackDeliveries } from './callback.store.js';
import { FormatShelf } from './format-shelf.js';

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
    const told = events.filter(isTold);
    const subjects = [...new Set(told.flatMap(subjectsOf))];
    const callbacks = subjects.length === 0 ? undefined : await database.read((tx) => callbacksOf(tx, subjects));
    if (!callbacks || callbacks.size === 0) return { statements: [] };
    const nowMs = clock.now();
    const deliveries = [];
    for (const event of told) {
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
      committed: () => {
        if (deliveries.length > 0) callbacksReady.raise();
      },
    };
  };
}

/** Acceptance is told in the answer to the send itself. */
const isTold = ({ type }: DomainEvent): boolean =>
  type.startsWith('message.') && !['message.accepted', 'message.received', 'message.opted_out'].includes(type);

function subjectsOf({ data }: DomainEvent): string[] {
  const { messageId, batchId } = data as MessageEventData;
  return batchId === undefined ? [messageId] : [messageId, batchId];
}
