import type { Clock, Database } from '../../runtime.js';
import { deleteList, deleteListRows, forgettableList } from './send-list.store.js';

/** How long a list that was not sent may be filled without a step, or be ready: longer than any plan holds. */
const unsentForMs = 25 * 3_600_000;
const rowsAtOnce = 5_000;

/**
 * Takes out the rows of lists that are over, which are messages by now or never will be, and lists that were left
 * half-filled or never sent. In small commits: nobody waits for it.
 */
export async function forgetLists({ database, clock }: { database: Database; clock: Clock }): Promise<void> {
  for (;;) {
    const list = await database.read((tx) => forgettableList(tx, clock.now() - unsentForMs));
    if (!list) return;
    for (let place = 0; place < list.rows; place += rowsAtOnce) {
      await database.commit([deleteListRows(list.id, place + rowsAtOnce)]);
    }
    if (list.state === 'filling' || list.state === 'ready') await database.commit([deleteList(list.id, list.state)]);
  }
}
