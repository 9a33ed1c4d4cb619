import type { ContactChanges, Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type Endpoint } from '../../endpoint.js';
import { answer } from './answer.js';
import { contactView, createdContactView, listedContactView, namesOf } from './contact-view.js';
import { email, idOf, optional, phone, required, text, whole } from './fields.js';
import { contactOperations } from './limits.js';
import type { Settings } from './settings.js';

const name = required(200, 'MISSING_FIELD', 'Missing required field: name');
const phoneNumber = z
  .unknown()
  .refine((value) => value !== undefined && value !== null && value !== '', {
    error: 'Missing required field: phone_number',
    params: { code: 'MISSING_FIELD' },
    abort: true,
  })
  .pipe(phone);
const tags = z.array(text(50)).max(50);

const details = {
  email: email.nullish(),
  tags: optional(tags),
  is_active: optional(z.boolean()),
};

const changesOf = (body: {
  name?: string | undefined;
  email?: string | null | undefined;
  tags?: string[] | undefined;
  is_active?: boolean | undefined;
}): Omit<ContactChanges, 'phone'> => ({
  ...(body.name === undefined ? {} : namesOf(body.name)),
  email: body.email,
  tags: body.tags,
  active: body.is_active,
});

const shared = { scope: 'contacts', limits: [contactOperations] } as const;

const create = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'POST',
    path: '/v1/contacts/create',
    summary: 'Create a contact',
    permission: 'write',
    body: z.object({ name, phone_number: phoneNumber, ...details }),
    async handle(request, sms) {
      const { body, access } = request;
      const contact = await sms.contacts.create(access.accountId, {
        ...changesOf(body),
        phone: body.phone_number,
        numbers: 'possible',
      });
      const data = createdContactView(contact);
      return answer(settings, request, { status: 201, message: 'Contact created successfully', data });
    },
  });

const get = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'GET',
    path: '/v1/contacts/{id}',
    summary: 'Get a contact',
    permission: 'read',
    async handle(request, sms) {
      const contact = await sms.contacts.get(request.access.accountId, idOf(request.params));
      return answer(settings, request, { message: 'Contact retrieved successfully', data: contactView(contact) });
    },
  });

const update = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'PUT',
    path: '/v1/contacts/{id}/update',
    summary: 'Change a contact; fields that are not given stay',
    permission: 'write',
    body: z.object({ name: name.optional(), phone_number: optional(phone), ...details }),
    async handle(request, sms) {
      const { body, access, params } = request;
      const changes = { ...changesOf(body), phone: body.phone_number, numbers: 'possible' } as const;
      const contact = await sms.contacts.update(access.accountId, idOf(params), changes);
      return answer(settings, request, { message: 'Contact updated successfully', data: contactView(contact) });
    },
  });

const remove = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'DELETE',
    path: '/v1/contacts/{id}/delete',
    summary: 'Delete a contact',
    permission: 'write',
    async handle(request, sms) {
      await sms.contacts.delete(request.access.accountId, idOf(request.params));
      return answer(settings, request, { message: 'Contact deleted successfully', data: null });
    },
  });

const range = { limit: whole(1, 100), offset: whole(0, 100_000_000).default(0), segment_id: optional(text(36)) };

async function found(
  request: ApiRequest<unknown, { limit: number; offset: number; segment_id?: string | undefined }>,
  sms: Sms,
  search: string | undefined,
): Promise<{ contacts: object[]; pagination: object }> {
  const { limit, offset, segment_id: segmentId } = request.query;
  const { contacts, total } = await sms.contacts.list(
    request.access.accountId,
    { search, segmentId: segmentId?.toLowerCase() },
    { limit, offset },
  );
  return {
    contacts: contacts.map(listedContactView),
    pagination: { total, limit, offset, has_more: offset + contacts.length < total },
  };
}

const search = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'GET',
    path: '/v1/contacts/search',
    summary: 'Find contacts by a part of their name, number or email',
    permission: 'read',
    query: z.object({ ...range, limit: range.limit.default(20), q: optional(text(100)) }),
    async handle(request, sms) {
      const { q } = request.query;
      const { contacts, pagination } = await found(request, sms, q);
      const data = { contacts, query: q ?? '', count: contacts.length, pagination };
      return answer(settings, request, { message: 'Contact search completed successfully', data });
    },
  });

const list = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'GET',
    path: '/v1/contacts',
    summary: 'List contacts, newest first',
    permission: 'read',
    query: z.object({ ...range, limit: range.limit.default(50), search: optional(text(100)) }),
    async handle(request, sms) {
      const data = await found(request, sms, request.query.search);
      return answer(settings, request, { message: 'Contacts retrieved successfully', data });
    },
  });

/** Source: contracts/mifumo.md §4. */
export const contactEndpoints = (settings: Settings): Endpoint[] =>
  [create, search, list, get, update, remove].map((made) => made(settings));
