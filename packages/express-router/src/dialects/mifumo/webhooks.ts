import { SmsError, type Sms, type Webhook } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type ApiResponse, type Endpoint } from '../../endpoint.js';
import { url } from '../rest-framework.js';
import { readSessionOrKey } from './credentials.js';
import { idOf, optional, required, timeView } from './fields.js';
import { worth } from './money.js';
import type { Settings } from './settings.js';
import { webhookEvents, webhookFormat } from './webhook-format.js';

/** Webhooks of an account, as the vendor's dashboard manages them. Source: contracts/mifumo.md §5.2. */
const shared = { credential: readSessionOrKey, scope: 'webhooks', permission: 'admin' } as const;

const names = Object.keys(webhookEvents) as (keyof typeof webhookEvents)[];
const neededBoth = 'Name and webhook URL are required';

const done = (message: string, data?: object): ApiResponse => ({
  status: 200,
  body: JSON.stringify({ success: true, message, ...(data && { data }) }),
});

const create = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'POST',
    path: '/webhooks/create',
    summary: 'Subscribe a URL to what becomes of messages; the secret that signs is shown this once',
    body: z.object({
      name: required(100, 'MISSING_FIELD', neededBoth),
      webhook_url: required(2_048, 'MISSING_FIELD', neededBoth).pipe(url),
      events: z.array(z.enum(names)).min(1).default(names),
      platform: optional(z.literal('custom')),
    }),
    async handle({ body, access }, sms) {
      const { currency } = await sms.accounts.get(access.accountId);
      const unit = worth(settings, currency, 1_000);
      const { webhook, secret } = await sms.webhooks
        .create(access.accountId, {
          url: body.webhook_url,
          events: [...new Set(body.events.flatMap((name): readonly string[] => webhookEvents[name]))],
          description: body.name,
          format: webhookFormat(settings.provider, unit),
        })
        .catch(asFieldError);
      return done('Webhook created successfully', { ...webhookView(webhook), secret });
    },
  });

/** What is wrong with an address is said of its field. */
function asFieldError(error: unknown): never {
  if (!(error instanceof SmsError) || error.code !== 'invalid_request') throw error;
  throw new SmsError('invalid_request', error.message, { details: { field: 'webhook_url' } });
}

const webhookView = ({ id, description, url: address, events, state, createdAt }: Webhook): object => ({
  id,
  name: description,
  webhook_url: address,
  events: names.filter((name) => webhookEvents[name].some((type) => events.includes(type))),
  platform: 'custom',
  status: state === 'active' ? 'active' : 'inactive',
  created_at: timeView(createdAt),
});

/** Those of the platform's other APIs are not this vendor's. @throws SmsError `not_found` */
async function find({ params, access }: ApiRequest, sms: Sms): Promise<Webhook> {
  const webhook = await sms.webhooks.get(access.accountId, idOf(params));
  if (webhook.formatId?.startsWith('mifumo-webhook-') !== true) throw new SmsError('not_found', 'webhook not found');
  return webhook;
}

const toggle = endpoint({
  ...shared,
  method: 'POST',
  path: '/webhooks/{id}/toggle',
  summary: 'Stop a webhook, or start it again',
  async handle(request, sms) {
    const { id, state } = await find(request, sms);
    const next = state === 'active' ? 'disabled' : 'active';
    await sms.webhooks.update(request.access.accountId, id, { state: next });
    const isActive = next === 'active';
    return done(`Webhook ${isActive ? 'activated' : 'deactivated'} successfully`, {
      is_active: isActive,
      status: isActive ? 'active' : 'inactive',
    });
  },
});

const remove = endpoint({
  ...shared,
  method: 'DELETE',
  path: '/webhooks/{id}/delete',
  summary: 'Delete a webhook',
  async handle(request, sms) {
    const { id } = await find(request, sms);
    await sms.webhooks.delete(request.access.accountId, id);
    return done('Webhook deleted successfully');
  },
});

export const webhookEndpoints = (settings: Settings): Endpoint[] => [create(settings), toggle, remove];
