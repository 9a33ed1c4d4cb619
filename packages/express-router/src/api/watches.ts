import { watchState, type Watch } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { idOf, text, timeView } from './fields.js';
import { messageView } from './message-view.js';
import { paymentView } from './payment-view.js';

const watchView = (watch: Watch): object => ({
  uuid: watch.id,
  url: watch.url,
  state: watchState(watch, Date.now()),
  created_at: timeView(watch.createdAt),
  ends_at: timeView(watch.endsAt),
  messages: watch.messages.map(messageView),
  payments: watch.payments.map(paymentView),
});

const create = endpoint({
  method: 'POST',
  path: '/watches',
  summary: 'Tell a URL once: when all these messages and payments are settled, and at the latest after a time',
  scope: 'webhooks',
  body: z.strictObject({
    url: text(2_048).min(1),
    message_uuids: z.array(text(36)).min(1).max(1_000).optional(),
    payment_uuids: z.array(text(36)).min(1).max(1_000).optional(),
    within_seconds: z.int().min(1).max(604_800),
  }),
  async handle(request, sms) {
    const { url, message_uuids: messageIds, payment_uuids: paymentIds, within_seconds: seconds } = request.body;
    return answerOnce(sms, request, async () => {
      const asked = { url, messageIds, paymentIds, withinMs: seconds * 1_000 };
      const { watch, secret } = await sms.watches.create(request.access.accountId, asked);
      return { ...watchView(watch), secret };
    });
  },
});

const get = endpoint({
  method: 'GET',
  path: '/watches/{uuid}',
  summary: 'Get a watch with its messages and payments as they are now',
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
