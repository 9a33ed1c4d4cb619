import { closeReservation, findReservation } from '../../ledger/reservation.store.js';
import { unclaimedJobs } from '../../queue/job.store.js';
import { CommitConflict } from '../../runtime.js';
import { writeTogether } from '../attached.store.js';
import { findMessages } from '../message.store.js';
import { withdrawMessages } from '../withdraw-messages.js';
import type { ListDeps } from './list-deps.js';
import type { SendList } from './send-list.js';

const batch = 500;

/**
 * Gives back what a cancelled list had reserved: the part no message has drawn, and that of the messages no operator has
 * yet, which are taken back. Answers how many those were. What is done already is not done again.
 */
export async function releaseCancelled(
  deps: Pick<ListDeps, 'database' | 'clock' | 'ids' | 'eventsReady'>,
  list: Pick<SendList, 'id' | 'accountId'>,
): Promise<number> {
  const { database, clock, ids } = deps;
  const reservation = await database.read((tx) => findReservation(tx, list.id));
  if (reservation?.closedAt === null) {
    try {
      await database.commit(writeTogether(database.kind, ids, [closeReservation(reservation, clock.now())]));
    } catch (error) {
      // Another process was faster.
      if (!(error instanceof CommitConflict)) throw error;
    }
  }
  return withdrawQueued(deps, list);
}

async function withdrawQueued(
  deps: Pick<ListDeps, 'database' | 'clock' | 'ids' | 'eventsReady'>,
  { id, accountId }: Pick<SendList, 'id' | 'accountId'>,
): Promise<number> {
  const { database, clock, ids, eventsReady } = deps;
  let withdrawn = 0;
  for (;;) {
    const messages = await database.read(async (tx) => findMessages(tx, accountId, await unclaimedJobs(tx, id, batch)));
    if (messages.length === 0) return withdrawn;
    try {
      const taken = withdrawMessages(database.kind, messages, { nowMs: clock.now(), source: 'cancel' });
      await database.commit(writeTogether(database.kind, ids, [taken]));
      withdrawn += messages.length;
      eventsReady.raise();
    } catch (error) {
      // A worker has one of them by now, or another process is at this too: look again.
      if (!(error instanceof CommitConflict)) throw error;
    }
  }
}
