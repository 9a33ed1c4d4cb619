import { hash } from 'node:crypto';
import type { Idempotency } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type Endpoint } from '../../endpoint.js';
import { requestFingerprint } from '../../idempotency.js';
import type { RateLimitPolicy } from '../../limits.js';
import { RequestInvalid } from '../../validate.js';
import { chars, lengthOf, url } from '../rest-framework.js';
import { callback } from './callback.js';

const longestMessage = 960;
const charactersPerUnit = 160;
/** What 960 characters may take on the air at most: two UTF-16 units each, of which 66 fit a segment unsplit. */
const mostSegments = 30;

/** Published for the whole API; source: contracts/kimisms.md §1. */
const requests: RateLimitPolicy = { name: 'requests', limit: 60, windowMs: 60_000, per: 'credential' };

const fields = z.object({
  sender_name: chars(),
  contact: chars().refine((digits) => /^\d{9,13}$/.test(digits), {
    error: 'Enter a valid phone number (9-13 digits).',
  }),
  message: chars(longestMessage),
  callback_url: z.preprocess((value) => (value === '' || value === null ? undefined : value), url.optional()),
});

/** One message to one Kenyan number. Source: contracts/kimisms.md §3 and §4. */
export const sendSms = (provider: string): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/send-sms',
    summary: 'Send a message',
    scope: 'messages',
    cachedToken: true,
    limits: [requests],
    body: fields,
    async handle(request, sms) {
      const { body, access } = request;
      const { contact, message, sender_name: senderId, callback_url: callbackUrl } = body;
      const { accepted } = await sms.messages.send(
        access,
        {
          items: [{ to: contact, text: message, billingUnits: Math.ceil(lengthOf(message) / charactersPerUnit) }],
          senderId,
          country: 'KE',
          maxSegments: mostSegments,
        },
        {
          idempotency: idempotencyOf(request),
          callback:
            callbackUrl === undefined
              ? undefined
              : { url: callbackUrl, format: callback, fields: { contact }, isHttpsOnly: true },
        },
      );
      const answer = {
        message_id: accepted[0]?.id,
        contact,
        status: 'Pending',
        description: 'Initiated',
        provider,
      };
      return { status: 200, body: JSON.stringify(answer) };
    },
  });

/** Any key of at most 255 characters, of one client; a repeat waits for the first. */
function idempotencyOf(request: ApiRequest): Idempotency | undefined {
  const key = request.headers['idempotency-key']?.toString() ?? '';
  if (key === '') return undefined;
  if (key.length > 255) {
    const message = 'Ensure this field has no more than 255 characters.';
    throw new RequestInvalid([{ path: ['idempotency_key'], message }]);
  }
  return {
    key: `kimisms ${hash('sha256', `${request.access.credential.id} ${key}`)}`,
    fingerprint: requestFingerprint(request),
    whileRunning: 'wait',
  };
}
