import type { Delivery } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { idOf, optionalTimeView, pageFields, pageRange, pageView, timeView } from './fields.js';

const deliveryView = (delivery: Delivery): object => ({
  uuid: delivery.id,
  webhook_uuid: delivery.webhookId,
  event_uuid: delivery.eventId,
  event_type: delivery.eventType,
  state: delivery.state,
  attempts: delivery.attempts,
  next_at: optionalTimeView(delivery.nextAt),
  last_status: delivery.lastStatus,
  last_error: delivery.lastError,
  created_at: timeView(delivery.createdAt),
  done_at: optionalTimeView(delivery.doneAt),
  log: delivery.log.map(({ attempt, at, status, error, response, durationMs }) => ({
    attempt,
    at: timeView(at),
    status,
    error,
    response,
    duration_ms: durationMs,
  })),
});

const list = endpoint({
  method: 'GET',
  path: '/webhooks/{uuid}/deliveries',
  summary: 'List what was sent to a webhook, with each attempt, newest first',
  scope: 'webhooks',
  query: z.strictObject(pageFields),
  async handle({ params, query, access }, sms) {
    const id = idOf(params, 'uuid', 'webhook');
    const { deliveries, total } = await sms.webhooks.deliveries(access.accountId, id, pageRange(query));
    return success(pageView(query, deliveries.map(deliveryView), total));
  },
});

const replay = endpoint({
  method: 'POST',
  path: '/webhooks/{uuid}/deliveries/{delivery_uuid}/replay',
  summary: 'Send a delivery again now',
  scope: 'webhooks',
  async handle(request, sms) {
    const webhookId = idOf(request.params, 'uuid', 'webhook');
    const deliveryId = idOf(request.params, 'delivery_uuid', 'delivery');
    return answerOnce(sms, request, async () =>
      deliveryView(await sms.webhooks.replay(request.access.accountId, webhookId, deliveryId)),
    );
  },
});

export const deliveryEndpoints: readonly Endpoint[] = [list, replay];
