import type { NewEvent } from '../events.js';
import type { Transfer } from '../ledger/transfer.js';
import { withdrawJobs } from '../queue/job.store.js';
import type { Database, Statement } from '../runtime.js';
import { messageEvent } from './message-event.js';
import { changeStates } from './message.store.js';
import type { Message } from './message.js';

/** What takes messages back: for a commit that is undone when an operator may have been handed one of them already. */
export function withdrawMessages(
  kind: Database['kind'],
  messages: readonly Message[],
  { nowMs, source }: { nowMs: number; source: string },
): { statements: Statement[]; transfers: Transfer[]; events: NewEvent[] } {
  return {
    statements: [
      // Whoever takes the job out of the queue decides: a worker that has it will submit it.
      withdrawJobs(
        kind,
        messages.map(({ id }) => id),
      ),
      ...changeStates(
        kind,
        messages.map(({ id, accountId, state }) => ({
          accountId,
          messageId: id,
          from: { state, segmentsDelivered: 0, segmentsFailed: 0 },
          to: 'cancelled',
          holdState: 'released',
          segmentsDelivered: 0,
          segmentsFailed: 0,
          receiptsDue: null,
          errorCode: 'cancelled',
          errorDetail: null,
          upstreamError: null,
          submittedAt: null,
          finalAt: nowMs,
          watchUntil: null,
          transition: { state: 'cancelled', at: nowMs, source },
        })),
      ),
    ],
    transfers: messages.map(({ id, accountId, cost }) => ({
      subjectId: id,
      accountId,
      kind: 'release',
      amount: cost,
      at: nowMs,
    })),
    events: messages.flatMap((message) => messageEvent(message, 'cancelled', nowMs, 'cancelled')),
  };
}
