import { messageStatuses, statesOfStatus, statusOfState, type Message } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { answer } from '../answer.js';
import { idOf, optional, optionalTimeView, time, timeView, whole } from '../fields.js';
import { worth } from '../money.js';
import type { Settings } from '../settings.js';
import { asMissing } from './missing.js';
import { tenantAt } from './tenants.js';

/** The texts of a message, and what it cost; the vendor writes the amount as text. */
const messageView = (settings: Settings, currency: string, message: Message): object => {
  const cost = worth(settings, currency, message.cost);
  return {
    message_id: message.id,
    status: statusOfState(message.state),
    recipient_number: message.recipient,
    content: message.text,
    created_at: timeView(message.createdAt),
    sent_at: optionalTimeView(message.submittedAt),
    delivered_at: message.state === 'delivered' ? optionalTimeView(message.finalAt) : null,
    sms_details: {
      sender_id: message.sender,
      // The operator's name for it is nobody's business but the platform's.
      provider_message_id: null,
      cost_amount: cost.amount.toFixed(2),
      cost_currency: cost.currency,
    },
  };
};

/** Source: contracts/mifumo.md §6.9. */
const list = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/partner/tenants/{tenant_id}/messages',
    summary: "List a tenant's messages, newest first",
    scope: 'tenants',
    permission: 'read',
    query: z.object({
      status: optional(z.enum(messageStatuses)),
      limit: whole(1, 100).default(50),
      offset: whole(0, 100_000_000).default(0),
      from_date: optional(time()),
      to_date: optional(time('end')),
    }),
    async handle(request, sms) {
      const { status, limit, offset, from_date: from, to_date: to } = request.query;
      const tenant = await tenantAt(request, sms);
      // The last moment counts too.
      const range = { createdAfter: from, createdBefore: to === undefined ? undefined : to + 1 };
      const [{ messages, total }, stats] = await Promise.all([
        sms.messages.list(tenant.id, { ...range, states: status && statesOfStatus(status) }, { limit, offset }),
        sms.messages.totals(tenant.id, { from, before: range.createdBefore }),
      ]);
      const counts = countsOf(stats);
      return answer(settings, request, {
        message: 'Messages retrieved successfully',
        data: {
          tenant_id: tenant.id,
          tenant_name: tenant.name,
          total,
          successful: counts.sent + counts.delivered,
          failed: counts.failed,
          stats: counts,
          limit,
          offset,
          messages: messages.map((message) => messageView(settings, tenant.currency, message)),
        },
      });
    },
  });

type Counts = Record<(typeof messageStatuses)[number], number>;

function countsOf(days: readonly { states: Partial<Record<Message['state'], number>> }[]): Counts {
  const counts: Counts = { queued: 0, sent: 0, delivered: 0, failed: 0 };
  for (const { states } of days) {
    for (const [state, count] of Object.entries(states)) counts[statusOfState(state as Message['state'])] += count;
  }
  return counts;
}

const status = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/partner/tenants/{tenant_id}/messages/{message_id}/status',
    summary: "Get the status of a tenant's message",
    scope: 'tenants',
    permission: 'read',
    async handle(request, sms) {
      const tenant = await tenantAt(request, sms);
      const get = async (): Promise<Message> => sms.messages.get(tenant.id, idOf(request.params, 'message_id'));
      const message = await get().catch(asMissing('message'));
      const { state, createdAt, submittedAt, finalAt } = message;
      const isFailed = statusOfState(state) === 'failed';
      return answer(settings, request, {
        message: 'Message status retrieved successfully',
        data: {
          tenant_id: tenant.id,
          tenant_name: tenant.name,
          ...messageView(settings, tenant.currency, message),
          updated_at: timeView(finalAt ?? submittedAt ?? createdAt),
          failed_at: isFailed ? optionalTimeView(finalAt) : null,
        },
      });
    },
  });

export const messageEndpoints = (settings: Settings): Endpoint[] => [list(settings), status(settings)];
