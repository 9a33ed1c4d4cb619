import type { HandleEvents } from './consume-events.worker.js';

/** Handles events in two ways in one commit, for readers that need not fall behind one another. */
export function handleTogether(one: HandleEvents, other: HandleEvents): HandleEvents {
  return async (events) => {
    const [first, second] = [await one(events), await other(events)];
    return {
      statements: [...first.statements, ...second.statements],
      committed: () => {
        first.committed?.();
        second.committed?.();
      },
    };
  };
}
