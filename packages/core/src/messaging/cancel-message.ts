import { SmsError } from '../errors.js';
import { moveCredits } from '../ledger/ledger.store.js';
import { appendEvents } from '../outbox/event.store.js';
import { CommitConflict, type Clock, type Database, type Ids } from '../runtime.js';
import type { Signal } from '../signal.js';
import { findMessage } from './message.store.js';
import type { Message } from './message.js';
import { withdrawMessages } from './withdraw-messages.js';

export interface CancelDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  eventsReady: Signal;
}

/**
 * Takes a message back that no operator has been handed yet, and releases its hold.
 *
 * @throws SmsError `not_found`, `conflict` when it is too late
 */
export async function cancelMessage(deps: CancelDeps, accountId: string, messageId: string): Promise<Message> {
  const { database, clock, ids, eventsReady } = deps;
  const { kind } = database;
  const find = async (): Promise<Message> => {
    const message = await database.read((tx) => findMessage(tx, accountId, messageId));
    if (!message) throw new SmsError('not_found', 'message not found');
    return message;
  };
  const { statements, transfers, events } = withdrawMessages(kind, [await find()], {
    nowMs: clock.now(),
    source: 'cancel',
  });
  try {
    await database.commit([...statements, ...moveCredits(kind, transfers), ...appendEvents(kind, ids, events)]);
  } catch (error) {
    if (!(error instanceof CommitConflict)) throw error;
    throw new SmsError('conflict', 'this message can no longer be cancelled; it is with the operator or at its end');
  }
  eventsReady.raise();
  return find();
}
