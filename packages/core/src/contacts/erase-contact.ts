import { SmsError } from '../errors.js';
import { cancelMessage, type CancelDeps } from '../messaging/cancel-message.js';
import { restartConsumers } from '../outbox/consumer.store.js';
import { deleteContact } from './contact.store.js';
import type { Erasure } from './erasure.js';
import {
  dropUnfilledLists,
  eraseCampaignNumbers,
  eraseDeliveries,
  eraseEvents,
  eraseListRows,
  eraseMessages,
  eraseQueued,
  eraseRowErrors,
  leaveOut,
  listsOf,
  pendingMessages,
  uploadIdsOf,
  webhookIdsOf,
} from './erasure.store.js';

export type EraseDeps = CancelDeps;

const cancelledAtOnce = 100;

/**
 * Takes a person out of the contacts and of all that is kept of their messages; what they cost stays. The contact goes
 * last: an erasure that was cut off can be asked for again.
 *
 * @throws SmsError `conflict` while a message to the number is being handed to an operator
 */
export async function eraseContact(
  deps: EraseDeps,
  { accountId, contactId, phone }: { accountId: string; contactId: string; phone: string },
): Promise<void> {
  const { database, ids } = deps;
  const erasure: Erasure = { accountId, phone, pseudonym: `erased:${ids.next()}` };
  await database.write((tx) => leaveOut(tx, { accountId, contactId }));
  await database.write((tx) => dropUnfilledLists(tx, accountId));
  // What has not been made a message yet never will be.
  for (const list of await database.read((tx) => listsOf(tx, accountId))) {
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      after = await database.write((tx) => eraseListRows(tx, erasure, list, from));
    }
  }
  await database.write((tx) => eraseCampaignNumbers(tx, erasure));
  await cancelPending(deps, erasure);
  await database.write((tx) => eraseMessages(tx, erasure));
  // Events first: what is told of them from now on has nobody in it.
  let place: Awaited<ReturnType<typeof eraseEvents>> = { xid: 0, seq: 0 };
  while (place !== null) {
    const after: { xid: number; seq: number } = place;
    place = await database.write((tx) => eraseEvents(tx, erasure, after));
  }
  // What is being told at this moment may still be what the events were.
  await database.commit([restartConsumers]);
  await database.write((tx) => eraseQueued(tx, erasure));
  for (const webhookId of await database.read((tx) => webhookIdsOf(tx, accountId))) {
    let after: string | null = null;
    do {
      const from: string | null = after;
      after = await database.write((tx) => eraseDeliveries(tx, erasure, { webhookId, after: from }));
    } while (after !== null);
  }
  for (const uploadId of await database.read((tx) => uploadIdsOf(tx, accountId))) {
    await database.write((tx) => eraseRowErrors(tx, erasure, uploadId));
  }
  await database.write((tx) => deleteContact(tx, accountId, contactId));
}

/** Nothing more is sent to somebody who asked to be forgotten. */
async function cancelPending(deps: EraseDeps, erasure: Erasure): Promise<void> {
  const pending = (): Promise<string[]> => deps.database.read((tx) => pendingMessages(tx, erasure, cancelledAtOnce));
  for (let messageIds = await pending(); messageIds.length > 0; messageIds = await pending()) {
    for (const messageId of messageIds) {
      try {
        await cancelMessage(deps, erasure.accountId, messageId);
      } catch (error) {
        if (!(error instanceof SmsError) || error.code !== 'conflict') throw error;
        // It may have come to its end meanwhile, and then there is nothing to cancel.
        if ((await pending()).includes(messageId)) {
          throw new SmsError('conflict', 'a message to this number is being sent right now; ask again in a moment');
        }
      }
    }
  }
}
