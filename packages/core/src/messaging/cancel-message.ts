import { SmsError } from '../errors.js';
import { moveCredits } from '../ledger/ledger.store.js';
import { appendEvents } from '../outbox/event.store.js';
import { withdrawJob } from '../queue/job.store.js';
import type { Clock, Database, Ids, RunStatements } from '../runtime.js';
import type { Signal } from '../signal.js';
import { messageEvent } from './message-event.js';
import { changeStates, findMessage } from './message.store.js';
import type { Message } from './message.js';

export interface CancelDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  eventsReady: Signal;
  runStatements: RunStatements;
}

/**
 * Takes a message back that no operator has been handed yet, and releases its hold.
 *
 * @throws SmsError `not_found`, `conflict` when it is too late
 */
export async function cancelMessage(deps: CancelDeps, accountId: string, messageId: string): Promise<Message> {
  const { database, clock, ids, eventsReady, runStatements } = deps;
  const { kind } = database;
  const nowMs = clock.now();
  await database.write(async (tx) => {
    const message = await findMessage(tx, accountId, messageId);
    if (!message) throw new SmsError('not_found', 'message not found');
    // Whoever takes the job out of the queue decides: a worker that has it will submit it.
    if (!(await withdrawJob(tx, messageId))) {
      throw new SmsError('conflict', 'this message can no longer be cancelled; it is with the operator or at its end');
    }
    await runStatements(tx, [
      ...changeStates(kind, [
        {
          accountId,
          messageId,
          from: { state: message.state, segmentsDelivered: 0, segmentsFailed: 0 },
          to: 'cancelled',
          holdState: 'released',
          segmentsDelivered: 0,
          segmentsFailed: 0,
          receiptsDue: null,
          errorCode: 'cancelled',
          errorDetail: null,
          submittedAt: null,
          finalAt: nowMs,
          watchUntil: null,
          transition: { state: 'cancelled', at: nowMs, source: 'cancel' },
        },
      ]),
      ...moveCredits(kind, [{ subjectId: messageId, accountId, kind: 'release', amount: message.cost, at: nowMs }]),
      ...appendEvents(kind, ids, messageEvent(message, 'cancelled', nowMs, 'cancelled')),
    ]);
  });
  eventsReady.raise();
  const cancelled = await database.read((tx) => findMessage(tx, accountId, messageId));
  if (!cancelled) throw new SmsError('not_found', 'message not found');
  return cancelled;
}
