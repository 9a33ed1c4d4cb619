import type { HandleEvents, Heard } from './consume-events.worker.js';

/** What either of two hears. */
export function heardTogether(one: Heard, other: Heard): Heard {
  return async () => {
    const [first, second] = [await one(), await other()];
    if (!first || !second) return first ?? second;
    return {
      types: first.types && second.types && [...new Set([...first.types, ...second.types])],
      accountIds: first.accountIds && second.accountIds && [...new Set([...first.accountIds, ...second.accountIds])],
    };
  };
}

/** Handles events in two ways in one commit, for readers that need not fall behind one another. */
export function handleTogether(one: HandleEvents, other: HandleEvents): HandleEvents {
  return async (events) => {
    const [first, second] = [await one(events), await other(events)];
    return {
      statements: [...first.statements, ...second.statements],
      isPassed: first.isPassed === true && second.isPassed === true,
      committed: () => {
        first.committed?.();
        second.committed?.();
      },
    };
  };
}
