import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import { isOpen } from '../payments/payment.js';
import type { Clock, Database, Ids, RunStatements, Transaction } from '../runtime.js';
import type { SecretBox } from '../secret-box.js';
import type { Signal } from '../signal.js';
import { assertPublicUrl } from './address-guard.js';
import { generateWebhookSecret } from './signature.js';
import {
  isSettled,
  longestWatchMs,
  maxWatched,
  maxWatchesPerAccount,
  type NewWatch,
  type Watch,
  type Watches,
} from './watch.js';
import { countWatches, deleteWatch, holdOwn, insertWatched, watchedMessages, watchedPayments } from './watch.store.js';
import { insertDeliveries, watchEnded } from './delivery.store.js';
import { findWatch, insertWebhook, type StoredWebhook } from './webhook.store.js';

export interface WatchDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
  secrets: () => SecretBox;
  allowHosts: readonly string[];
  deliveriesReady: Signal;
}

/** Everything a customer does with watches. */
export function manageWatches(deps: WatchDeps): Watches {
  const { database, clock, ids, runStatements, secrets, allowHosts, deliveriesReady } = deps;

  const find = async (tx: Transaction, accountId: string, watchId: string): Promise<Watch> => {
    const stored = isUuid(watchId) ? await findWatch(tx, accountId, watchId) : undefined;
    if (!stored) throw new SmsError('not_found', 'watch not found');
    const messages = await watchedMessages(tx, accountId, watchId);
    return { ...publicOf(stored), messages, payments: await watchedPayments(tx, accountId, watchId) };
  };

  /**
   * The delivery is there from the start and due at the end of the time; the settling of the last makes it due
   * at once. So there is nothing to be done at the end, and nothing that a crash could leave undone.
   */
  const write = async (tx: Transaction, stored: StoredWebhook, asked: WatchedIds): Promise<void> => {
    const { id, accountId, createdAt: nowMs } = stored;
    if ((await countWatches(tx, accountId)) >= maxWatchesPerAccount) {
      throw new SmsError('conflict', `an account waits for at most ${maxWatchesPerAccount} watches; ask again later`);
    }
    const messages = new Map((await holdOwn(tx, 'messages', accountId, asked.messageIds)).map((one) => [one.id, one]));
    const payments = new Map((await holdOwn(tx, 'payments', accountId, asked.paymentIds)).map((one) => [one.id, one]));
    const watched = [
      ...asked.messageIds.map((id) => ({ id, isSettled: isSettled(found(messages.get(id), 'message')) })),
      ...asked.paymentIds.map((id) => ({ id, isSettled: !isOpen(found(payments.get(id), 'payment')) })),
    ];
    const eventId = ids.next();
    const body = JSON.stringify({
      id: eventId,
      type: watchEnded,
      timestamp: new Date(nowMs).toISOString(),
      account_uuid: accountId,
      data: { uuid: id },
    });
    const dueAt = watched.every((one) => one.isSettled) ? nowMs : (stored.endsAt ?? nowMs);
    const delivery = {
      id: ids.next(),
      webhookId: id,
      accountId,
      eventId,
      eventType: watchEnded,
      body,
      at: nowMs,
      dueAt,
    } as const;
    await runStatements(tx, [
      insertWebhook(stored),
      insertWatched(database.kind, id, watched),
      ...insertDeliveries(database.kind, [delivery]),
    ]);
  };

  return {
    async create(accountId, asked) {
      const watched = readIds(asked);
      const { href } = await assertPublicUrl(asked.url, { allowHosts });
      const secret = generateWebhookSecret();
      const nowMs = clock.now();
      const stored: StoredWebhook = {
        id: ids.next(),
        accountId,
        url: href,
        events: [watchEnded],
        formatId: null,
        description: null,
        state: 'active',
        failingSince: null,
        createdAt: nowMs,
        updatedAt: nowMs,
        secret: secrets().seal(secret),
        previousSecret: null,
        previousUntil: null,
        pausedUntil: null,
        endsAt: nowMs + asked.withinMs,
      };
      await database.write((tx) => write(tx, stored, watched));
      deliveriesReady.raise();
      return { watch: await database.read((tx) => find(tx, accountId, stored.id)), secret };
    },

    get: (accountId, watchId) => database.read((tx) => find(tx, accountId, watchId)),

    async delete(accountId, watchId) {
      await database.read((tx) => find(tx, accountId, watchId));
      await database.commit(deleteWatch(accountId, watchId));
    },
  };
}

/** What a watch waits for, each once. */
interface WatchedIds {
  messageIds: string[];
  paymentIds: string[];
}

function readIds({ messageIds = [], paymentIds = [], withinMs }: NewWatch): WatchedIds {
  const count = messageIds.length + paymentIds.length;
  if (count === 0 || count > maxWatched) {
    throw new SmsError('invalid_request', `a watch is for 1 to ${maxWatched} messages and payments`);
  }
  if (!Number.isSafeInteger(withinMs) || withinMs < 1 || withinMs > longestWatchMs) {
    throw new SmsError('invalid_request', 'a watch ends within 1 second to 7 days');
  }
  return { messageIds: uuidsIn(messageIds, 'message'), paymentIds: uuidsIn(paymentIds, 'payment') };
}

function uuidsIn(given: readonly string[], thing: string): string[] {
  const ids = [...new Set(given.map((id) => id.toLowerCase()))];
  if (!ids.every(isUuid)) throw new SmsError('not_found', `${thing} not found`);
  return ids;
}

function found<T>(one: T | undefined, thing: string): T {
  if (one === undefined) throw new SmsError('not_found', `${thing} not found`);
  return one;
}

function publicOf({ id, accountId, url, createdAt, endsAt }: StoredWebhook): Omit<Watch, 'messages' | 'payments'> {
  return { id, accountId, url, createdAt, endsAt: endsAt ?? createdAt };
}
