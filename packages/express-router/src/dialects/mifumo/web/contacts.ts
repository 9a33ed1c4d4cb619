import { SmsError, type Contact, type ContactChanges, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { RequestInvalid } from '../../../validate.js';
import { chars } from '../../rest-framework.js';
import { nameOf, namesOf } from '../contact-view.js';
import { email, idOf, optional, optionalTimeView, phone, text, timeView } from '../fields.js';
import { contactOperations } from '../limits.js';
import { json, noContent } from './answer.js';
import { pageFields, pageOf, rangeOf } from './paging.js';

/** Source: contracts/mifumo.md §9.2. */
const contactView = (contact: Contact): object => ({
  id: contact.id,
  name: nameOf(contact),
  phone_e164: contact.phone,
  email: contact.email,
  attributes: contact.attributes,
  tags: contact.tags,
  is_active: contact.active,
  opt_in_at: optionalTimeView(contact.optedInAt),
  opt_out_at: optionalTimeView(contact.optedOutAt),
  created_at: timeView(contact.createdAt),
  updated_at: timeView(contact.updatedAt),
});

const attribute = z.union([text(500), z.number(), z.boolean()], { error: 'Not a valid value.' });
const details = {
  email: email.nullish(),
  attributes: z.record(z.string(), attribute).optional(),
  tags: z.array(text(50)).max(50).optional(),
  is_active: z.boolean().optional(),
};
const name = chars(200);

const changesOf = (
  body: z.output<z.ZodObject<typeof details>> & { name?: string | undefined },
): Omit<ContactChanges, 'phone'> => ({
  ...(body.name === undefined ? {} : namesOf(body.name)),
  email: body.email,
  attributes: body.attributes,
  tags: body.tags,
  active: body.is_active,
});

const shared = { scope: 'contacts', limits: [contactOperations] } as const;

/** What the platform finds wrong, about the field it is wrong with. */
async function asFieldErrors<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof SmsError)) throw error;
    if (error.code === 'conflict') {
      throw new RequestInvalid([{ path: ['phone_e164'], message: 'Contact with this phone number already exists.' }]);
    }
    throw error;
  });
}

/** The vendor separates tags by commas in a query string and in forms. */
export const tagsOf = (written: string | undefined): string[] =>
  (written ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

const list = endpoint({
  ...shared,
  method: 'GET',
  path: '/messaging/contacts',
  summary: 'List contacts, newest first',
  query: z.object({ ...pageFields, search: optional(text(100)), tags: optional(text(500)) }),
  async handle(request, sms) {
    const { query, access } = request;
    const tags = tagsOf(query.tags);
    const filter = { search: query.search, ...(tags.length === 0 ? {} : { rule: { tags } }) };
    const { contacts, total } = await sms.contacts.list(access.accountId, filter, rangeOf(query));
    return pageOf(request, { total, results: contacts.map(contactView) });
  },
});

const create = endpoint({
  ...shared,
  method: 'POST',
  path: '/messaging/contacts',
  summary: 'Create a contact',
  body: z.object({ name, phone_e164: phone, ...details }),
  async handle({ body, access }, sms) {
    const contact = { ...changesOf(body), phone: body.phone_e164, numbers: 'possible', optedInAt: Date.now() } as const;
    return json(contactView(await asFieldErrors(sms.contacts.create(access.accountId, contact))), 201);
  },
});

const get = endpoint({
  ...shared,
  method: 'GET',
  path: '/messaging/contacts/{id}',
  summary: 'Get a contact',
  handle: async ({ params, access }, sms) => json(contactView(await sms.contacts.get(access.accountId, idOf(params)))),
});

const update = endpoint({
  ...shared,
  method: 'PUT',
  path: '/messaging/contacts/{id}',
  summary: 'Change a contact; fields that are not given stay',
  body: z.object({ name: name.optional(), phone_e164: phone.optional(), ...details }),
  async handle({ params, body, access }, sms) {
    const changes = { ...changesOf(body), phone: body.phone_e164, numbers: 'possible' } as const;
    return json(contactView(await asFieldErrors(sms.contacts.update(access.accountId, idOf(params), changes))));
  },
});

const remove = endpoint({
  ...shared,
  method: 'DELETE',
  path: '/messaging/contacts/{id}',
  summary: 'Delete a contact',
  async handle({ params, access }, sms) {
    await sms.contacts.delete(access.accountId, idOf(params));
    return noContent;
  },
});

/** Those that are not there, or are somebody else's, count as not deleted. */
const bulkDelete = endpoint({
  ...shared,
  method: 'POST',
  path: '/messaging/contacts/bulk-delete',
  summary: 'Delete many contacts',
  body: z.object({ contact_ids: z.array(z.string()).min(1).max(500) }),
  async handle({ body, access }, sms) {
    let deleted = 0;
    for (const id of new Set(body.contact_ids)) if (await isDeleted(sms, access.accountId, id.toLowerCase())) deleted++;
    return json({
      success: true,
      message: `${deleted} contact${deleted === 1 ? '' : 's'} deleted successfully`,
      deleted,
    });
  },
});

async function isDeleted(sms: Sms, accountId: string, id: string): Promise<boolean> {
  try {
    await sms.contacts.delete(accountId, id);
    return true;
  } catch (error) {
    if (error instanceof SmsError && error.code === 'not_found') return false;
    throw error;
  }
}

const optIn = endpoint({
  ...shared,
  method: 'POST',
  path: '/messaging/contacts/{id}/opt-in',
  summary: 'Note that a contact wants messages',
  async handle({ params, access }, sms) {
    const changes = { optedInAt: Date.now(), optedOutAt: null };
    const contact = await sms.contacts.update(access.accountId, idOf(params), changes);
    return json({
      success: true,
      message: 'Contact opted in successfully',
      opt_in_at: optionalTimeView(contact.optedInAt),
    });
  },
});

const optOut = endpoint({
  ...shared,
  method: 'POST',
  path: '/messaging/contacts/{id}/opt-out',
  summary: 'Send a contact no more messages',
  body: z.object({ reason: optional(text(200)) }),
  async handle({ params, body, access }, sms) {
    const { accountId } = access;
    const id = idOf(params);
    const { phone: number } = await sms.contacts.get(accountId, id);
    await sms.suppressions.add(accountId, number, body.reason);
    const contact = await sms.contacts.get(accountId, id);
    return json({
      success: true,
      message: 'Contact opted out successfully',
      opt_out_at: optionalTimeView(contact.optedOutAt),
    });
  },
});

export const contactEndpoints: readonly Endpoint[] = [
  ...[list, create, bulkDelete, get, update, remove, optIn, optOut],
];
