import type { DomainEvent, EventType } from '../events.js';
import type { HandleEvents, Heard } from './consume-events.worker.js';

export interface EventHandler {
  type: EventType | '*';
  handle: (event: DomainEvent) => void | Promise<void>;
}

/** The kinds of events for which there is a handler. */
export function heardBy(handlers: ReadonlySet<EventHandler>): Heard {
  return () => {
    const types = new Set([...handlers].map(({ type }) => type));
    if (types.has('*')) return {};
    return types.size === 0 ? undefined : { types: [...types].filter((type) => type !== '*') };
  };
}

/** Calls the host's handlers event by event; what one of them refuses is offered again. */
export function callHandlers(handlers: ReadonlySet<EventHandler>): HandleEvents {
  return async (events) => {
    let handled = 0;
    try {
      for (const event of events) {
        for (const { type, handle } of handlers) {
          if (type === '*' || type === event.type) await handle(event);
        }
        handled++;
      }
    } catch (failure) {
      return { statements: [], handled, failure };
    }
    return { statements: [] };
  };
}
