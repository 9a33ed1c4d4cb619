import type { Lane, SendResult, SmsErrorCode } from '@ujumbe/core';
import { z } from 'zod';
import type { ReadCredential } from '../../credentials.js';
import { endpoint, type ApiResponse, type Endpoint } from '../../endpoint.js';
import { readBasic } from './credentials.js';
import { failure } from './errors.js';

const mostRecipients = 1_000;

/** A number as JSON writes it is taken for its digits, as the vendor's own reader does. */
const phoneNumber = z.preprocess(
  (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value),
  z.string(),
);

const fields = z.object({
  phoneNumbers: z.array(phoneNumber).min(1).max(mostRecipients),
  message: z.string().refine((text) => text.trim() !== '', { error: 'must not be blank' }),
  senderId: z.string().nullish(),
});

/** What is wrong with the request itself: nothing of it is sent. Whatever else refuses a number counts as failed. */
const refusedBy: readonly SmsErrorCode[] = ['number_invalid', 'message_empty', 'message_too_long', 'invalid_request'];

/** Source: contracts/mboasms.md §4, §5 and §7. */
const sendEndpoint = (
  path: string,
  summary: string,
  how: { credential?: ReadCredential; lane?: Lane } = {},
): Endpoint =>
  endpoint({
    method: 'POST',
    path: `/developer/sms/${path}`,
    summary,
    ...(how.credential && { credential: how.credential }),
    scope: 'messages',
    cachedToken: true,
    body: fields,
    async handle({ body, access }, sms) {
      const { phoneNumbers, message, senderId } = body;
      const items = phoneNumbers.map((to) => ({ to, text: message }));
      const command = {
        items,
        senderId: senderId === '' ? undefined : (senderId ?? undefined),
        lane: how.lane,
        isBatch: true,
        isDistinct: true,
        refusedBy,
      };
      return sentAnswer(await sms.messages.send(access, command, { partial: true }));
    },
  });

/** Numbers that were refused one by one are no error as long as one was accepted. */
function sentAnswer({ accepted, rejected }: SendResult): ApiResponse {
  const [first] = accepted;
  const data = {
    totalSent: accepted.length,
    totalFailed: rejected.length,
    creditsUsed: accepted.reduce((sum, { cost }) => sum + cost, 0) / 1_000,
    ...(first && { batchId: first.batchId }),
  };
  const outcome = first
    ? { success: true, message: 'SMS sent successfully' }
    : failure('No SMS was sent', 'INVALID_PHONE_NUMBER', rejected[0]?.reason ?? 'every phone number was refused');
  return {
    status: 200,
    body: JSON.stringify({ ...outcome, data, totalRecipients: accepted.length + rejected.length }),
  };
}

export const sendEndpoints: readonly Endpoint[] = [
  sendEndpoint('send', 'Send a text to up to 1,000 numbers'),
  sendEndpoint('send-with-auth', 'Send with a user name and a password', { credential: readBasic }),
  sendEndpoint('send-otp', 'Send a one-time password ahead of everything else', { lane: 'otp' }),
];
