import { parseMsisdn, type Suppression } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { pageFields, pageRange, pageView, text, timeView } from './fields.js';

const suppressionView = ({ phone, reason, createdAt }: Suppression): object => ({
  phone,
  suppressed: true,
  reason,
  created_at: timeView(createdAt),
});

const list = endpoint({
  method: 'GET',
  path: '/suppressions',
  summary: 'List the numbers that get no messages, the latest first',
  scope: 'contacts',
  query: z.strictObject(pageFields),
  async handle({ query, access }, sms) {
    const { suppressions, total } = await sms.suppressions.list(access.accountId, pageRange(query));
    return success(pageView(query, suppressions.map(suppressionView), total));
  },
});

const add = endpoint({
  method: 'POST',
  path: '/suppressions',
  summary: 'Send nothing more to a number; one that is on the list already keeps its reason and time',
  scope: 'contacts',
  body: z.strictObject({ phone: text(32).min(1), reason: text(100).min(1).optional() }),
  async handle(request, sms) {
    const { body, access } = request;
    return answerOnce(sms, request, async () =>
      suppressionView(await sms.suppressions.add(access.accountId, body.phone, body.reason)),
    );
  },
});

/** A number that is not on the list is an answer like another, not an error: who asks wants to know. */
const check = endpoint({
  method: 'GET',
  path: '/suppressions/{phone}',
  summary: 'Tell whether a number gets no messages',
  scope: 'contacts',
  async handle({ params, access }, sms) {
    const { country } = await sms.accounts.get(access.accountId);
    const phone = parseMsisdn(params.phone ?? '', country);
    const found = await sms.suppressions.find(access.accountId, phone);
    return success(found ? suppressionView(found) : { phone, suppressed: false, reason: null, created_at: null });
  },
});

const remove = endpoint({
  method: 'DELETE',
  path: '/suppressions/{phone}',
  summary: 'Allow messages to a number again',
  scope: 'contacts',
  async handle({ params, access }, sms) {
    return success({ deleted: await sms.suppressions.remove(access.accountId, params.phone ?? '') });
  },
});

export const suppressionEndpoints: readonly Endpoint[] = [list, add, check, remove];
