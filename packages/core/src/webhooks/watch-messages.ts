import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { Clock, Database, Ids, RunStatements, Transaction } from '../runtime.js';
import type { SecretBox } from '../secret-box.js';
import type { Signal } from '../signal.js';
import { assertPublicUrl } from './address-guard.js';
import { generateWebhookSecret } from './signature.js';
import {
  isSettled,
  longestWatchMs,
  maxWatchedMessages,
  maxWatchesPerAccount,
  type NewWatch,
  type Watch,
  type Watches,
} from './watch.js';
import { countWatches, deleteWatch, holdMessages, insertWatched, watchedMessages } from './watch.store.js';
import { findWatch, insertDeliveries, insertWebhook, watchEnded, type StoredWebhook } from './webhook.store.js';

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
export function watchMessages(deps: WatchDeps): Watches {
  const { database, clock, ids, runStatements, secrets, allowHosts, deliveriesReady } = deps;

  const find = async (tx: Transaction, accountId: string, watchId: string): Promise<Watch> => {
    const stored = isUuid(watchId) ? await findWatch(tx, accountId, watchId) : undefined;
    if (!stored) throw new SmsError('not_found', 'watch not found');
    return { ...publicOf(stored), messages: await watchedMessages(tx, accountId, watchId) };
  };

  /**
   * The delivery is there from the start and due at the end of the time; the settling of the last message makes it due
   * at once. So there is nothing to be done at the end, and nothing that a crash could leave undone.
   */
  const write = async (tx: Transaction, stored: StoredWebhook, messageIds: readonly string[]): Promise<void> => {
    const { id, accountId, createdAt: nowMs } = stored;
    if ((await countWatches(tx, accountId)) >= maxWatchesPerAccount) {
      throw new SmsError('conflict', `an account waits for at most ${maxWatchesPerAccount} watches; ask again later`);
    }
    const held = new Map((await holdMessages(tx, accountId, messageIds)).map((message) => [message.id, message]));
    const watched = messageIds.map((messageId) => {
      const message = held.get(messageId);
      if (!message) throw new SmsError('not_found', 'message not found');
      return { id: messageId, isSettled: isSettled(message) };
    });
    const eventId = ids.next();
    const body = JSON.stringify({
      id: eventId,
      type: watchEnded,
      timestamp: new Date(nowMs).toISOString(),
      account_uuid: accountId,
      data: { uuid: id },
    });
    const dueAt = watched.every((message) => message.isSettled) ? nowMs : (stored.endsAt ?? nowMs);
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
      const messageIds = readMessageIds(asked);
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
      await database.write((tx) => write(tx, stored, messageIds));
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

function readMessageIds({ messageIds, withinMs }: NewWatch): string[] {
  if (messageIds.length === 0 || messageIds.length > maxWatchedMessages) {
    throw new SmsError('invalid_request', `a watch is for 1 to ${maxWatchedMessages} messages`);
  }
  if (!Number.isSafeInteger(withinMs) || withinMs < 1 || withinMs > longestWatchMs) {
    throw new SmsError('invalid_request', 'a watch ends within 1 second to 7 days');
  }
  const ids = [...new Set(messageIds.map((id) => id.toLowerCase()))];
  if (!ids.every(isUuid)) throw new SmsError('not_found', 'message not found');
  return ids;
}

function publicOf({ id, accountId, url, createdAt, endsAt }: StoredWebhook): Omit<Watch, 'messages'> {
  return { id, accountId, url, createdAt, endsAt: endsAt ?? createdAt };
}
