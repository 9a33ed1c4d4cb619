import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success, successOnce } from '../envelope.js';
import { idempotencyOf } from '../idempotency.js';
import { creditsField, creditsOrNoneField, idOf, pageFields, pageRange, pageView, text } from './fields.js';
import { keyOf } from './send-command.js';
import { details, detailsOf } from './tenant-fields.js';
import { creditView, priceView, tenantView, userView } from './tenant-view.js';

const states = ['active', 'suspended'] as const;

const list = endpoint({
  method: 'GET',
  path: '/tenants',
  summary: 'List your tenants, newest first',
  scope: 'tenants',
  query: z.strictObject({ ...pageFields, state: z.enum(states).optional(), search: text(100).optional() }),
  async handle({ query, access }, sms) {
    const { state, search } = query;
    const { tenants, total } = await sms.tenants.list(access.accountId, { state, search }, pageRange(query));
    return success(pageView(query, tenants.map(tenantView), total));
  },
});

const create = endpoint({
  method: 'POST',
  path: '/tenants',
  summary: 'Open a tenant, with credits out of your own',
  scope: 'tenants',
  body: z.strictObject({
    name: text(100).min(1),
    country: text(2).optional(),
    currency: text(3).optional(),
    credits: creditsOrNoneField.optional(),
    sender_id: text(20).optional(),
    sender_id_purpose: text(500).optional(),
    user: z
      .strictObject({
        email: text(254).min(1),
        password: text(256),
        first_name: text(100).optional(),
        last_name: text(100).optional(),
      })
      .optional(),
    contact: details.contact.optional(),
    brand: details.brand.optional(),
    limits: details.limits.optional(),
    prices: details.prices.optional(),
  }),
  async handle(request, sms) {
    const { access, body } = request;
    const { name, country, currency, credits, sender_id: senderId, sender_id_purpose: purpose, user } = body;
    const wanted = {
      ...detailsOf(body),
      name,
      country,
      currency,
      credits,
      sender: senderId === undefined ? undefined : { name: senderId, purpose },
      user: user && {
        email: user.email,
        password: user.password,
        firstName: user.first_name,
        lastName: user.last_name,
      },
    };
    // A hash that is kept for a day must not be one that passwords can be tried against.
    const told = { ...body, user: user && { ...user, password: null } };
    const idempotency = idempotencyOf(request, told);
    const { tenant, user: made, replayed } = await sms.tenants.create(access.accountId, wanted, { idempotency });
    return successOnce({ ...tenantView(tenant), user: userView(made) }, replayed);
  },
});

const get = endpoint({
  method: 'GET',
  path: '/tenants/{uuid}',
  summary: 'Get a tenant with the prices it has of its own',
  scope: 'tenants',
  async handle({ params, access: { accountId } }, sms) {
    const id = tenantId(params);
    const [tenant, prices] = await Promise.all([sms.tenants.get(accountId, id), sms.tenants.prices(accountId, id)]);
    return success({ ...tenantView(tenant), prices: prices.map(priceView) });
  },
});

const update = endpoint({
  method: 'PATCH',
  path: '/tenants/{uuid}',
  summary: 'Change what is said of a tenant, what it may do and what it pays; absent stays, null empties',
  scope: 'tenants',
  body: z.strictObject({
    name: text(100).min(1).optional(),
    contact: details.contact.optional(),
    brand: details.brand.optional(),
    limits: details.limits.optional(),
    prices: details.prices.optional(),
  }),
  async handle({ params, body, access }, sms) {
    const changes = { ...detailsOf(body), ...(body.name === undefined ? {} : { name: body.name }) };
    return success(tenantView(await sms.tenants.update(access.accountId, tenantId(params), changes)));
  },
});

const step = (name: 'suspend' | 'resume', summary: string): Endpoint =>
  endpoint({
    method: 'POST',
    path: `/tenants/{uuid}/${name}`,
    summary,
    scope: 'tenants',
    async handle({ params, access }, sms) {
      return success(tenantView(await sms.tenants[name](access.accountId, tenantId(params))));
    },
  });

const suspend = step('suspend', 'Let a tenant do nothing any more, at once');
const resume = step('resume', 'Let a suspended tenant go on');

const credit = endpoint({
  method: 'POST',
  path: '/tenants/{uuid}/credit',
  summary: 'Give a tenant credits out of your own',
  scope: 'tenants',
  body: z.strictObject({ credits: creditsField, reference: text(100).min(1).optional() }),
  async handle(request, sms) {
    const { params, body, access } = request;
    const given = await sms.tenants.credit(access.accountId, tenantId(params), body, keyOf(request));
    return successOnce(creditView(given.credit, given.tenant), given.replayed);
  },
});

const tenantId = (params: Readonly<Record<string, string>>): string => idOf(params, 'uuid', 'tenant');

export const tenantEndpoints: readonly Endpoint[] = [list, create, get, update, suspend, resume, credit];
