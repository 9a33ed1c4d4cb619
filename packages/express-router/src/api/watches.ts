import { watchState, type Watch } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { idOf, text, timeView } from './fields.js';
import { messageView } from './message-view.js';

const watchView = (watch: Watch): object => ({
  uuid: watch.id,
  url: watch.url,
  state: watchState(watch, Date.now()),
  created_at: timeView(watch.createdAt),
  ends_at: timeView(watch.endsAt),
  messages: watch.messages.map(messageView),
});

const create = endpoint({
  method: 'POST',
  path: '/watches',
  summary: 'Tell a URL once: when all these messages are settled, and at the latest after a time',
  scope: 'webhooks',
  body: z.strictObject({
    url: text(2_048).min(1),
    message_uuids: z.array(text(36)).min(1).max(1_000),
    within_seconds: z.int().min(1).max(604_800),
  }),
  async handle(request, sms) {
    const { url, message_uuids: messageIds, within_seconds: seconds } = request.body;
    return answerOnce(sms, request, async () => {
      const asked = { url, messageIds, withinMs: seconds * 1_000 };
      const { watch, secret } = await sms.watches.create(request.access.accountId, asked);
      return { ...watchView(watch), secret };
    });
  },
});

const get = endpoint({
  method: 'GET',
  path: '/watches/{uuid}',
  summary: 'Get a watch with its messages as they are now',
  scope: 'webhooks',
  async handle({ params, access }, sms) {
    return success(watchView(await sms.watches.get(access.accountId, idOf(params, 'uuid', 'watch'))));
  },
});

const remove = endpoint({
  method: 'DELETE',
  path: '/watches/{uuid}',
  summary: 'Delete a watch; it tells nothing more',
  scope: 'webhooks',
  async handle({ params, access }, sms) {
    await sms.watches.delete(access.accountId, idOf(params, 'uuid', 'watch'));
    return success({ deleted: true });
  },
});

export const watchEndpoints: readonly Endpoint[] = [create, get, remove];
