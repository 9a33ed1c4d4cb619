import type { Webhook } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { idOf, optionalTimeView, text, timeView } from './fields.js';

const webhookView = (webhook: Webhook): object => ({
  uuid: webhook.id,
  url: webhook.url,
  events: webhook.events,
  description: webhook.description,
  state: webhook.state,
  failing_since: optionalTimeView(webhook.failingSince),
  created_at: timeView(webhook.createdAt),
  updated_at: timeView(webhook.updatedAt),
});

const withSecret = ({ webhook, secret }: { webhook: Webhook; secret: string }): object => ({
  ...webhookView(webhook),
  secret,
});

const url = text(2_048).min(1);
const events = z.array(text(50)).min(1).max(50);
const description = text(200);

const create = endpoint({
  method: 'POST',
  path: '/webhooks',
  summary: 'Subscribe a URL to events; the secret that signs them is shown this once',
  scope: 'webhooks',
  body: z.strictObject({ url, events: events.default(['*']), description: description.optional() }),
  async handle(request, sms) {
    const { body, access } = request;
    return answerOnce(sms, request, async () => withSecret(await sms.webhooks.create(access.accountId, body)));
  },
});

const list = endpoint({
  method: 'GET',
  path: '/webhooks',
  summary: 'List webhooks',
  scope: 'webhooks',
  async handle({ access }, sms) {
    const webhooks = await sms.webhooks.list(access.accountId);
    return success(webhooks.map(webhookView));
  },
});

const get = endpoint({
  method: 'GET',
  path: '/webhooks/{uuid}',
  summary: 'Get a webhook',
  scope: 'webhooks',
  async handle({ params, access }, sms) {
    return success(webhookView(await sms.webhooks.get(access.accountId, idOf(params, 'uuid', 'webhook'))));
  },
});

/** Both methods change what is given and leave the rest, as the contract's other updates do. */
const updates = (['PUT', 'PATCH'] as const).map((method) =>
  endpoint({
    method,
    path: '/webhooks/{uuid}',
    summary: 'Change a webhook; fields that are not given stay',
    scope: 'webhooks',
    body: z.strictObject({
      url: url.optional(),
      events: events.optional(),
      description: description.nullable().optional(),
      state: z.enum(['active', 'disabled']).optional(),
    }),
    async handle({ params, body, access }, sms) {
      const id = idOf(params, 'uuid', 'webhook');
      return success(webhookView(await sms.webhooks.update(access.accountId, id, body)));
    },
  }),
);

const remove = endpoint({
  method: 'DELETE',
  path: '/webhooks/{uuid}',
  summary: 'Delete a webhook',
  scope: 'webhooks',
  async handle({ params, access }, sms) {
    await sms.webhooks.delete(access.accountId, idOf(params, 'uuid', 'webhook'));
    return success({ deleted: true });
  },
});

const rotateSecret = endpoint({
  method: 'POST',
  path: '/webhooks/{uuid}/rotate-secret',
  summary: 'Make a new secret; the old one signs too for a day',
  scope: 'webhooks',
  async handle(request, sms) {
    const id = idOf(request.params, 'uuid', 'webhook');
    return answerOnce(sms, request, async () =>
      withSecret(await sms.webhooks.rotateSecret(request.access.accountId, id)),
    );
  },
});

export const webhookEndpoints: readonly Endpoint[] = [create, list, get, ...updates, remove, rotateSecret];
