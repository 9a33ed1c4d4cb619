import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { Clock, Database, Ids, Transaction } from '../runtime.js';
import type { SecretBox } from '../secret-box.js';
import type { Signal } from '../signal.js';
import { assertPublicUrl } from './address-guard.js';
import { formatIdOf } from './callback-format.js';
import { keepFormat } from './callback.store.js';
import { generateWebhookSecret } from './signature.js';
import { parseEventNames, type Delivery, type Webhook, type Webhooks } from './webhook.js';
import { findDelivery, hastenDeliveries, listDeliveries, replayDelivery } from './delivery.store.js';
import {
  changeWebhook,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  rotateWebhookSecret,
  type StoredWebhook,
  type WebhookChanges,
} from './webhook.store.js';

export interface WebhookDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  secrets: () => SecretBox;
  allowHosts: readonly string[];
  deliveriesReady: Signal;
  /** Told when subscriptions changed. */
  changed: () => void;
}

const maxPerAccount = 200;
const longestDescription = 200;
const rotationMs = 86_400_000;

/** Everything a customer does with subscriptions. */
export function manageWebhooks(deps: WebhookDeps): Webhooks {
  const { database, clock, ids, secrets, allowHosts, deliveriesReady, changed } = deps;

  const find = async (tx: Transaction, accountId: string, webhookId: string): Promise<StoredWebhook> => {
    const webhook = isUuid(webhookId) ? await findWebhook(tx, accountId, webhookId) : undefined;
    if (!webhook) throw new SmsError('not_found', 'webhook not found');
    return webhook;
  };

  const get = async (accountId: string, webhookId: string): Promise<Webhook> =>
    publicOf(await database.read((tx) => find(tx, accountId, webhookId)));

  return {
    async create(accountId, { url, events, description, format }) {
      const { href } = await assertPublicUrl(url, { allowHosts });
      const names = parseEventNames(events);
      const secret = generateWebhookSecret();
      const nowMs = clock.now();
      const webhook: StoredWebhook = {
        id: ids.next(),
        accountId,
        url: href,
        events: names,
        description: checkDescription(description ?? null),
        formatId: format === undefined ? null : formatIdOf(format),
        state: 'active',
        failingSince: null,
        createdAt: nowMs,
        updatedAt: nowMs,
        secret: secrets().seal(secret),
        previousSecret: null,
        previousUntil: null,
        pausedUntil: null,
        endsAt: null,
      };
      const existing = await database.read((tx) => listWebhooks(tx, accountId));
      if (existing.length >= maxPerAccount) {
        throw new SmsError('conflict', `an account has at most ${maxPerAccount} webhooks; delete one first`);
      }
      const kept = format === undefined ? [] : [keepFormat(formatIdOf(format), format)];
      await database.commit([...kept, insertWebhook(webhook)]);
      changed();
      return { webhook: publicOf(webhook), secret };
    },

    list: async (accountId) => (await database.read((tx) => listWebhooks(tx, accountId))).map(publicOf),
    get,

    async update(accountId, webhookId, { url, events, description, state }) {
      const before = await get(accountId, webhookId);
      const changes: WebhookChanges = {
        ...(url === undefined ? {} : { url: (await assertPublicUrl(url, { allowHosts })).href }),
        ...(events === undefined ? {} : { events: parseEventNames(events) }),
        ...(description === undefined ? {} : { description: checkDescription(description) }),
        ...(state === undefined ? {} : { state }),
      };
      await database.commit([changeWebhook(accountId, webhookId, changes, clock.now())]);
      changed();
      if (url !== undefined || (state === 'active' && before.state === 'disabled')) {
        await database.commit([hastenDeliveries(webhookId, clock.now())]);
        deliveriesReady.raise();
      }
      return get(accountId, webhookId);
    },

    async delete(accountId, webhookId) {
      await database.read((tx) => find(tx, accountId, webhookId));
      for (const statement of deleteWebhook(accountId, webhookId)) await database.commit([statement]);
      changed();
    },

    async rotateSecret(accountId, webhookId) {
      await get(accountId, webhookId);
      const secret = generateWebhookSecret();
      const nowMs = clock.now();
      const rotation = { secret: secrets().seal(secret), previousUntil: nowMs + rotationMs, nowMs };
      await database.commit([rotateWebhookSecret(accountId, webhookId, rotation)]);
      changed();
      return { webhook: await get(accountId, webhookId), secret };
    },

    deliveries: (accountId, webhookId, page) =>
      database.read(async (tx) => {
        await find(tx, accountId, webhookId);
        return listDeliveries(tx, webhookId, page);
      }),

    async replay(accountId, webhookId, deliveryId) {
      const delivery = async (): Promise<Delivery> => {
        const found = await database.read(async (tx) => {
          await find(tx, accountId, webhookId);
          return isUuid(deliveryId) ? findDelivery(tx, webhookId, deliveryId) : undefined;
        });
        if (!found) throw new SmsError('not_found', 'delivery not found');
        return found;
      };
      await delivery();
      await database.commit([replayDelivery(webhookId, deliveryId, clock.now())]);
      deliveriesReady.raise();
      return delivery();
    },
  };
}

function checkDescription(description: string | null): string | null {
  if (description !== null && (description.length > longestDescription || description.includes('\0'))) {
    throw new SmsError('invalid_request', `description must be text of at most ${longestDescription} characters`);
  }
  return description;
}

function publicOf(webhook: StoredWebhook): Webhook {
  const { id, accountId, url, events, description, formatId, state, failingSince, createdAt, updatedAt } = webhook;
  return { id, accountId, url, events, description, formatId, state, failingSince, createdAt, updatedAt };
}
