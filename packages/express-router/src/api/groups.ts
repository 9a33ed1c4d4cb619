import { SmsError, type Group } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { contactView } from './contact-view.js';
import { idOf, pageFields, pageRange, pageView, text, timeView } from './fields.js';

const groupView = (group: Group): object => ({
  uuid: group.id,
  name: group.name,
  description: group.description,
  contact_count: group.contactCount,
  created_at: timeView(group.createdAt),
  updated_at: timeView(group.updatedAt),
});

const name = text(100).min(1);
const description = text(500).nullable().optional();
const phone = text(32).min(1);

const list = endpoint({
  method: 'GET',
  path: '/groups',
  summary: 'List groups by name, with how many contacts they have',
  scope: 'groups',
  query: z.strictObject(pageFields),
  async handle({ query, access }, sms) {
    const { groups, total } = await sms.groups.list(access.accountId, pageRange(query));
    return success(pageView(query, groups.map(groupView), total));
  },
});

const create = endpoint({
  method: 'POST',
  path: '/groups',
  summary: 'Create a group',
  scope: 'groups',
  body: z.strictObject({ name, description }),
  async handle(request, sms) {
    const { body, access } = request;
    return answerOnce(sms, request, async () => groupView(await sms.groups.create(access.accountId, body)));
  },
});

const get = endpoint({
  method: 'GET',
  path: '/groups/{uuid}',
  summary: 'Get a group',
  scope: 'groups',
  async handle({ params, access }, sms) {
    return success(groupView(await sms.groups.get(access.accountId, idOf(params, 'uuid', 'group'))));
  },
});

const updates = (['PUT', 'PATCH'] as const).map((method) =>
  endpoint({
    method,
    path: '/groups/{uuid}',
    summary: 'Change a group; fields that are not given stay',
    scope: 'groups',
    body: z.strictObject({ name: name.optional(), description }),
    async handle({ params, body, access }, sms) {
      const id = idOf(params, 'uuid', 'group');
      return success(groupView(await sms.groups.update(access.accountId, id, body)));
    },
  }),
);

const remove = endpoint({
  method: 'DELETE',
  path: '/groups/{uuid}',
  summary: 'Delete a group; its contacts stay',
  scope: 'groups',
  async handle({ params, access }, sms) {
    await sms.groups.delete(access.accountId, idOf(params, 'uuid', 'group'));
    return success({ deleted: true });
  },
});

const members = endpoint({
  method: 'GET',
  path: '/groups/{uuid}/contacts',
  summary: 'List the contacts of a group, newest first',
  scope: 'groups',
  query: z.strictObject(pageFields),
  async handle({ params, query, access }, sms) {
    const id = idOf(params, 'uuid', 'group');
    const { contacts, total } = await sms.groups.members(access.accountId, id, pageRange(query));
    return success(pageView(query, contacts.map(contactView), total));
  },
});

const add = endpoint({
  method: 'POST',
  path: '/groups/{uuid}/contacts',
  summary: 'Add a number, or up to 10,000 at once; what is no contact yet becomes one',
  scope: 'groups',
  body: z.strictObject({ phone: phone.optional(), phones: z.array(z.string()).min(1).max(10_000).optional() }),
  async handle(request, sms) {
    const { params, body, access } = request;
    const id = idOf(params, 'uuid', 'group');
    const { phone: one, phones: many } = body;
    if (many !== undefined && one === undefined) {
      return answerOnce(sms, request, () => sms.groups.addMany(access.accountId, id, many));
    }
    if (one === undefined) throw new SmsError('invalid_request', 'phone is required');
    if (many !== undefined) throw new SmsError('invalid_request', 'give phone or phones, not both');
    return answerOnce(sms, request, async () => contactView(await sms.groups.add(access.accountId, id, one)));
  },
});

const removeMember = endpoint({
  method: 'DELETE',
  path: '/groups/{uuid}/contacts/{phone}',
  summary: 'Take a number out of a group; the contact stays',
  scope: 'groups',
  async handle({ params, access }, sms) {
    await sms.groups.remove(access.accountId, idOf(params, 'uuid', 'group'), params.phone ?? '');
    return success({ deleted: true });
  },
});

export const groupEndpoints: readonly Endpoint[] = [list, create, get, ...updates, remove, members, add, removeMember];
