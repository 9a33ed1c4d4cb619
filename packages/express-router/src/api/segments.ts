import type { ContactSegment, SegmentPreview } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { contactView } from './contact-view.js';
import { idOf, pageFields, pageRange, pageView, text, timeView } from './fields.js';

const segmentView = (segment: ContactSegment): object => ({
  uuid: segment.id,
  name: segment.name,
  description: segment.description,
  rule: segment.rule,
  created_at: timeView(segment.createdAt),
  updated_at: timeView(segment.updatedAt),
});

const previewView = ({ count, contacts }: SegmentPreview): object => ({ count, contacts: contacts.map(contactView) });

const name = text(100).min(1);
const description = text(500).nullable().optional();
/** The core reads it: the place of what is wrong in a tree is its to tell. */
const rule = z.record(z.string(), z.unknown());

const list = endpoint({
  method: 'GET',
  path: '/segments',
  summary: 'List segments by name',
  scope: 'contacts',
  query: z.strictObject(pageFields),
  async handle({ query, access }, sms) {
    const { segments, total } = await sms.segments.list(access.accountId, pageRange(query));
    return success(pageView(query, segments.map(segmentView), total));
  },
});

const create = endpoint({
  method: 'POST',
  path: '/segments',
  summary: 'Create a segment: the contacts a rule holds for',
  scope: 'contacts',
  body: z.strictObject({ name, description, rule }),
  async handle(request, sms) {
    const { body, access } = request;
    return answerOnce(sms, request, async () => segmentView(await sms.segments.create(access.accountId, body)));
  },
});

const get = endpoint({
  method: 'GET',
  path: '/segments/{uuid}',
  summary: 'Get a segment',
  scope: 'contacts',
  async handle({ params, access }, sms) {
    return success(segmentView(await sms.segments.get(access.accountId, idOf(params, 'uuid', 'segment'))));
  },
});

const updates = (['PUT', 'PATCH'] as const).map((method) =>
  endpoint({
    method,
    path: '/segments/{uuid}',
    summary: 'Change a segment; fields that are not given stay',
    scope: 'contacts',
    body: z.strictObject({ name: name.optional(), description, rule: rule.optional() }),
    async handle({ params, body, access }, sms) {
      const id = idOf(params, 'uuid', 'segment');
      return success(segmentView(await sms.segments.update(access.accountId, id, body)));
    },
  }),
);

const remove = endpoint({
  method: 'DELETE',
  path: '/segments/{uuid}',
  summary: 'Delete a segment; its contacts stay',
  scope: 'contacts',
  async handle({ params, access }, sms) {
    await sms.segments.delete(access.accountId, idOf(params, 'uuid', 'segment'));
    return success({ deleted: true });
  },
});

const previewRule = endpoint({
  method: 'POST',
  path: '/segments/preview',
  summary: 'Count the contacts a rule holds for, and show the newest 20',
  scope: 'contacts',
  body: z.strictObject({ rule }),
  async handle({ body, access }, sms) {
    return success(previewView(await sms.segments.preview(access.accountId, { rule: body.rule })));
  },
});

const preview = endpoint({
  method: 'GET',
  path: '/segments/{uuid}/preview',
  summary: 'Count the contacts of a segment, and show the newest 20',
  scope: 'contacts',
  async handle({ params, access }, sms) {
    const segmentId = idOf(params, 'uuid', 'segment');
    return success(previewView(await sms.segments.preview(access.accountId, { segmentId })));
  },
});

export const segmentEndpoints: readonly Endpoint[] = [list, create, get, ...updates, remove, previewRule, preview];
