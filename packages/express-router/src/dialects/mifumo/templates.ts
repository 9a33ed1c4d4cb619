import { z } from 'zod';
import { endpoint, type Endpoint } from '../../endpoint.js';
import { answer } from './answer.js';
import { idOf, optional, required, text, whole } from './fields.js';
import type { Settings } from './settings.js';
import { templateView } from './template-view.js';

/** Paths of the vendor's live code, which answers them without doing anything. Source: contracts/mifumo.md §3.7. */
const missing = (name: string): [number, string, string] => [2_000, 'MISSING_FIELD', `Missing required field: ${name}`];

const fields = {
  name: required(...missing('name')),
  category: text(50).min(1).default('GENERAL'),
  language: text(35).min(1).default('en'),
  message: required(...missing('message')),
  variables: optional(z.array(z.string()).max(50)),
};

const create = (settings: Settings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/v1/templates/create',
    summary: 'Create a template',
    scope: 'messages',
    permission: 'write',
    body: z.object(fields),
    async handle(request, sms) {
      const { message, ...rest } = request.body;
      const template = await sms.templates.create(request.access.accountId, { ...rest, text: message });
      const data = templateView(template);
      return answer(settings, request, { status: 201, message: 'Template created successfully', data });
    },
  });

const list = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/templates',
    summary: 'List templates, newest first',
    scope: 'messages',
    permission: 'read',
    query: z.object({ limit: whole(1, 100).default(50), offset: whole(0, 1_000_000).default(0) }),
    async handle(request, sms) {
      const { templates, total } = await sms.templates.list(request.access.accountId, {}, request.query);
      const data = { templates: templates.map(templateView), total };
      return answer(settings, request, { message: 'Templates retrieved successfully', data });
    },
  });

const get = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/templates/{id}',
    summary: 'Get a template',
    scope: 'messages',
    permission: 'read',
    async handle(request, sms) {
      const data = templateView(await sms.templates.get(request.access.accountId, idOf(request.params)));
      return answer(settings, request, { message: 'Template retrieved successfully', data });
    },
  });

const update = (settings: Settings): Endpoint =>
  endpoint({
    method: 'PUT',
    path: '/v1/templates/{id}/update',
    summary: 'Change a template; fields that are not given stay',
    scope: 'messages',
    permission: 'write',
    body: z.object({
      name: fields.name.optional(),
      category: text(50).min(1).optional(),
      language: text(35).min(1).optional(),
      message: fields.message.optional(),
      variables: fields.variables,
    }),
    async handle(request, sms) {
      const { message, ...rest } = request.body;
      const changes = { ...rest, text: message };
      const template = await sms.templates.update(request.access.accountId, idOf(request.params), changes);
      return answer(settings, request, { message: 'Template updated successfully', data: templateView(template) });
    },
  });

const remove = (settings: Settings): Endpoint =>
  endpoint({
    method: 'DELETE',
    path: '/v1/templates/{id}/delete',
    summary: 'Delete a template',
    scope: 'messages',
    permission: 'write',
    async handle(request, sms) {
      await sms.templates.delete(request.access.accountId, idOf(request.params));
      return answer(settings, request, { message: 'Template deleted successfully', data: null });
    },
  });

export const templateEndpoints = (settings: Settings): Endpoint[] =>
  [create, list, get, update, remove].map((made) => made(settings));
