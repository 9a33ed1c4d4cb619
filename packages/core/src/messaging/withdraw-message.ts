import type { NewEvent } from '../events.js';
import type { Transfer } from '../ledger/transfer.js';
import { withdrawJob } from '../queue/job.store.js';
import type { Database, Statement } from '../runtime.js';
import { messageEvent } from './message-event.js';
import { changeStates } from './message.store.js';
import type { Message } from './message.js';

/** What takes a message back: for a commit that is undone when an operator may have been handed it already. */
export function withdrawMessage(
  kind: Database['kind'],
  message: Message,
  { nowMs, source }: { nowMs: number; source: string },
): { statements: Statement[]; transfer: Transfer; events: NewEvent[] } {
  const { id, accountId, cost } = message;
  return {
    statements: [
      // Whoever takes the job out of the queue decides: a worker that has it will submit it.
      withdrawJob(id),
      ...changeStates(kind, [
        {
          accountId,
          messageId: id,
          from: { state: message.state, segmentsDelivered: 0, segmentsFailed: 0 },
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
        },
      ]),
    ],
    transfer: { subjectId: id, accountId, kind: 'release', amount: cost, at: nowMs },
    events: messageEvent(message, 'cancelled', nowMs, 'cancelled'),
  };
}
