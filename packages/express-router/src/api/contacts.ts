import type { ContactChanges } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { contactView } from './contact-view.js';
import { contactRows, csvAnswer } from './contacts-csv.js';
import { idOf, pageFields, pageRange, pageView, text, time } from './fields.js';

const phone = text(32).min(1);

/** The limits in full are the core's: it hears from others too. */
const details = {
  first_name: text(100).nullable().optional(),
  last_name: text(100).nullable().optional(),
  email: text(254).nullable().optional(),
  notes: text(2_000).nullable().optional(),
  locale: text(35).nullable().optional(),
  tags: z.array(text(50)).max(50).nullable().optional(),
  attributes: z
    .record(
      z.string(),
      z.union([text(4_096), z.number(), z.boolean()], { error: 'must be text, a number, true or false' }),
    )
    .nullable()
    .optional(),
  active: z.boolean().optional(),
  opted_in_at: time.nullable().optional(),
  opted_out_at: time.nullable().optional(),
};

const detailsOf = (body: z.output<z.ZodObject<typeof details>>): Omit<ContactChanges, 'phone'> => ({
  firstName: body.first_name,
  lastName: body.last_name,
  email: body.email,
  notes: body.notes,
  locale: body.locale,
  tags: body.tags,
  attributes: body.attributes,
  active: body.active,
  optedInAt: body.opted_in_at,
  optedOutAt: body.opted_out_at,
});

const list = endpoint({
  method: 'GET',
  path: '/contacts',
  summary: 'List contacts, newest first',
  scope: 'contacts',
  query: z.strictObject({ ...pageFields, search: text(100).optional(), segment_uuid: text(36).optional() }),
  async handle({ query, access }, sms) {
    const filter = { search: query.search, segmentId: query.segment_uuid?.toLowerCase() };
    const { contacts, total } = await sms.contacts.list(access.accountId, filter, pageRange(query));
    return success(pageView(query, contacts.map(contactView), total));
  },
});

const create = endpoint({
  method: 'POST',
  path: '/contacts',
  summary: 'Create a contact',
  scope: 'contacts',
  body: z.strictObject({ phone, ...details }),
  async handle(request, sms) {
    const { body, access } = request;
    const contact = { phone: body.phone, ...detailsOf(body) };
    return answerOnce(sms, request, async () => contactView(await sms.contacts.create(access.accountId, contact)));
  },
});

const get = endpoint({
  method: 'GET',
  path: '/contacts/{uuid}',
  summary: 'Get a contact',
  scope: 'contacts',
  async handle({ params, access }, sms) {
    return success(contactView(await sms.contacts.get(access.accountId, idOf(params, 'uuid', 'contact'))));
  },
});

const updates = (['PUT', 'PATCH'] as const).map((method) =>
  endpoint({
    method,
    path: '/contacts/{uuid}',
    summary: 'Change a contact; fields that are not given stay, null empties one',
    scope: 'contacts',
    body: z.strictObject({ phone: phone.optional(), ...details }),
    async handle({ params, body, access }, sms) {
      const id = idOf(params, 'uuid', 'contact');
      const changes = { phone: body.phone, ...detailsOf(body) };
      return success(contactView(await sms.contacts.update(access.accountId, id, changes)));
    },
  }),
);

const remove = endpoint({
  method: 'DELETE',
  path: '/contacts/{uuid}',
  summary: 'Delete a contact; with `erase=true` also the person in all that is kept of their messages',
  scope: 'contacts',
  query: z.strictObject({ erase: z.enum(['true', 'false']).default('false') }),
  async handle({ params, query, access }, sms) {
    const id = idOf(params, 'uuid', 'contact');
    const isErased = query.erase === 'true';
    if (isErased) await sms.contacts.erase(access.accountId, id);
    else await sms.contacts.delete(access.accountId, id);
    return success(isErased ? { deleted: true, erased: true } : { deleted: true });
  },
});

const exported = endpoint({
  method: 'GET',
  path: '/contacts/export',
  summary: 'All contacts as CSV',
  scope: 'contacts',
  query: z.strictObject({}),
  handle: ({ access }, sms) =>
    Promise.resolve(csvAnswer('contacts.csv', contactRows(sms.contacts.pages(access.accountId)))),
});

export const contactEndpoints: readonly Endpoint[] = [list, create, get, ...updates, remove, exported];
