import type { ContactSegment, Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../endpoint.js';
import { answer } from './answer.js';
import { everybody, segmentView } from './contact-view.js';
import { idOf, required, text, timeView, whole } from './fields.js';
import { contactOperations } from './limits.js';
import type { Settings } from './settings.js';

const name = required(100, 'MISSING_FIELD', 'Segment name is required');
const description = text(500).nullish();
/** The platform reads it; the flat form with `tags`, `is_active` and `created_after` is one of its languages. */
const criteria = z.record(z.string(), z.unknown());

const shared = { scope: 'contacts', limits: [contactOperations] } as const;

const create = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'POST',
    path: '/v1/contacts/segments/create',
    summary: 'Create a segment: the contacts its criteria hold for',
    permission: 'write',
    body: z.object({ name, description, criteria: criteria.nullish() }),
    async handle(request, sms) {
      const { body, access } = request;
      const segment = await sms.segments.create(access.accountId, {
        name: body.name,
        description: body.description,
        rule: ruleOf(body.criteria) ?? everybody,
      });
      const data = segmentView(segment);
      return answer(settings, request, { status: 201, message: 'Segment created successfully', data });
    },
  });

/** Empty criteria hold for everybody. */
function ruleOf(given: Record<string, unknown> | null | undefined): object | undefined {
  if (given === null || given === undefined) return undefined;
  return Object.keys(given).length === 0 ? everybody : given;
}

const get = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'GET',
    path: '/v1/contacts/segments/{id}',
    summary: 'Get a segment',
    permission: 'read',
    async handle(request, sms) {
      const segment = await sms.segments.get(request.access.accountId, idOf(request.params));
      const data = await countedView(sms, segment);
      return answer(settings, request, { message: 'Segment retrieved successfully', data });
    },
  });

const update = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'PUT',
    path: '/v1/contacts/segments/{id}/update',
    summary: 'Change a segment; fields that are not given stay',
    permission: 'write',
    body: z.object({ name: name.optional(), description, criteria: criteria.nullish() }),
    async handle(request, sms) {
      const { body, access, params } = request;
      const changes = { name: body.name, description: body.description, rule: ruleOf(body.criteria) };
      const segment = await sms.segments.update(access.accountId, idOf(params), changes);
      const data = await countedView(sms, segment);
      return answer(settings, request, { message: 'Segment updated successfully', data });
    },
  });

const remove = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'DELETE',
    path: '/v1/contacts/segments/{id}/delete',
    summary: 'Delete a segment; its contacts stay',
    permission: 'write',
    async handle(request, sms) {
      await sms.segments.delete(request.access.accountId, idOf(request.params));
      return answer(settings, request, { message: 'Segment deleted successfully', data: null });
    },
  });

/** Each segment's contacts are counted, so a page of them is short. */
const list = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'GET',
    path: '/v1/contacts/segments',
    summary: 'List segments by name, with how many contacts are in each',
    permission: 'read',
    query: z.object({ limit: whole(1, 50).default(50), offset: whole(0, 100_000).default(0) }),
    async handle(request, sms) {
      const { segments, total } = await sms.segments.list(request.access.accountId, request.query);
      const shown: object[] = [];
      for (const segment of segments) shown.push(await countedView(sms, segment));
      const data = { segments: shown, total };
      return answer(settings, request, { message: 'Segments retrieved successfully', data });
    },
  });

async function countedView(sms: Sms, segment: ContactSegment): Promise<object> {
  const { count } = await sms.segments.preview(segment.accountId, { segmentId: segment.id });
  return { ...segmentView(segment), contact_count: count, updated_at: timeView(segment.updatedAt) };
}

/** Source: contracts/mifumo.md §4. */
export const segmentEndpoints = (settings: Settings): Endpoint[] =>
  [create, list, get, update, remove].map((made) => made(settings));
