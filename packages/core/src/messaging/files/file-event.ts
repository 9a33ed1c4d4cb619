import type { EventType, NewEvent } from '../../events.js';
import type { BulkFile } from './bulk-file.js';

const types = {
  paused: 'file.paused',
  completed: 'file.completed',
  cancelled: 'file.cancelled',
} as const satisfies Record<string, EventType>;

/** What is told when a file stops being sent, for good or for now. */
export function fileEvent(
  {
    id,
    accountId,
    state,
    fileName,
    accepted,
    rejected,
    pauseReason,
  }: Omit<BulkFile, 'state'> & {
    state: keyof typeof types;
  },
  nowMs: number,
): NewEvent {
  return {
    type: types[state],
    accountId,
    subjectId: id,
    at: nowMs,
    data: { fileId: id, status: state, fileName, accepted, rejected, reason: pauseReason },
  };
}
