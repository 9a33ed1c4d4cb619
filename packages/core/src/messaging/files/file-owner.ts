import type { NewEvent } from '../../events.js';
import type { Database } from '../../runtime.js';
import type { ListOwner } from '../lists/list-owner.js';
import { findFile, setPauseReason } from './bulk-file.store.js';
import { fileEvent } from './file-event.js';

/** What a file notes when its list takes a step by itself. */
export function fileOwner(database: Database): ListOwner {
  return async ({ accountId, owner }, step, nowMs) => {
    if (step.kind !== 'completed' && step.kind !== 'paused') return {};
    const file = await database.read((tx) => findFile(tx, accountId, owner.id));
    if (!file) return {};
    const reason = step.kind === 'paused' ? step.reason : null;
    const told: NewEvent = fileEvent({ ...file, state: step.kind, pauseReason: reason }, nowMs);
    return { statements: reason === null ? [] : [setPauseReason(accountId, owner.id, reason)], events: [told] };
  };
}
