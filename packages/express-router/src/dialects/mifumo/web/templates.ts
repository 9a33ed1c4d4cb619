import { namesIn, type TemplateChanges } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { chars } from '../../rest-framework.js';
import { idOf, optional, text } from '../fields.js';
import { templateView } from '../template-view.js';
import { json, noContent } from './answer.js';
import { pageFields, pageOf, rangeOf } from './paging.js';

/** Source: contracts/mifumo.md §9.2. */
const fields = {
  name: chars(100),
  category: chars(50),
  language: chars(35),
  message: chars(2_000),
  variables: z.array(z.string()).max(50).optional(),
  is_active: z.boolean().optional(),
};

const changes = z.object(fields).partial();

const changesOf = ({ message, is_active: active, ...rest }: z.output<typeof changes>): TemplateChanges => ({
  ...rest,
  text: message,
  active,
});

const list = endpoint({
  method: 'GET',
  path: '/messaging/templates',
  summary: 'List templates, newest first',
  scope: 'messages',
  query: z.object({ ...pageFields, category: optional(text(50)), search: optional(text(100)) }),
  async handle(request, sms) {
    const { query, access } = request;
    const filter = { category: query.category, search: query.search };
    const { templates, total } = await sms.templates.list(access.accountId, filter, rangeOf(query));
    return pageOf(request, { total, results: templates.map(templateView) });
  },
});

const create = endpoint({
  method: 'POST',
  path: '/messaging/templates',
  summary: 'Create a template',
  scope: 'messages',
  body: z.object(fields),
  async handle({ body, access }, sms) {
    const { message, is_active: active, ...rest } = body;
    return json(templateView(await sms.templates.create(access.accountId, { ...rest, text: message, active })), 201);
  },
});

const get = endpoint({
  method: 'GET',
  path: '/messaging/templates/{id}',
  summary: 'Get a template',
  scope: 'messages',
  handle: async ({ params, access }, sms) =>
    json(templateView(await sms.templates.get(access.accountId, idOf(params)))),
});

const update = endpoint({
  method: 'PUT',
  path: '/messaging/templates/{id}',
  summary: 'Change a template; fields that are not given stay',
  scope: 'messages',
  body: changes,
  handle: async ({ params, body, access }, sms) =>
    json(templateView(await sms.templates.update(access.accountId, idOf(params), changesOf(body)))),
});

const remove = endpoint({
  method: 'DELETE',
  path: '/messaging/templates/{id}',
  summary: 'Delete a template',
  scope: 'messages',
  async handle({ params, access }, sms) {
    await sms.templates.delete(access.accountId, idOf(params));
    return noContent;
  },
});

const toggleFavourite = endpoint({
  method: 'POST',
  path: '/messaging/templates/{id}/toggle-favorite',
  summary: 'Make a template a favourite, or no favourite any more',
  scope: 'messages',
  async handle({ params, access }, sms) {
    const { favourite } = await sms.templates.get(access.accountId, idOf(params));
    await sms.templates.update(access.accountId, idOf(params), { favourite: !favourite });
    return json({
      success: true,
      is_favorite: !favourite,
      message: favourite ? 'Template unfavorited' : 'Template favorited',
    });
  },
});

const variables = endpoint({
  method: 'GET',
  path: '/messaging/templates/{id}/variables',
  summary: 'List the names a template has places for',
  scope: 'messages',
  async handle({ params, access }, sms) {
    const { id, variables: names, text: body } = await sms.templates.get(access.accountId, idOf(params));
    const placed = namesIn(body);
    return json({
      template_id: id,
      variables: names.map((name) => ({
        name,
        type: 'string',
        required: placed.includes(name),
        description: name.replaceAll('_', ' '),
      })),
    });
  },
});

export const templateEndpoints: readonly Endpoint[] = [list, create, get, update, remove, toggleFavourite, variables];
