import { SmsError, type SendItem, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type ApiResponse, type Endpoint } from '../../endpoint.js';
import { creditsView } from '../../api/fields.js';
import { accepted, text } from './fields.js';

const single = z.object({ senderID: text, message: text, phone: text });

/** One text, read from a body or from a query string. */
const sendOne = async (request: ApiRequest, fields: z.output<typeof single>, sms: Sms): Promise<ApiResponse> => {
  const { senderID: senderId, message, phone } = fields;
  const { accepted: taken } = await sms.messages.send(request.access, {
    items: [{ to: phone, text: message }],
    senderId,
  });
  const [one] = taken;
  return accepted({ messageId: one?.id, cost: creditsView(one?.cost ?? 0) });
};

const post = endpoint({
  method: 'POST',
  path: '/v1/send/message',
  summary: 'Send a message',
  scope: 'messages',
  cachedToken: true,
  body: single,
  handle: (request, sms) => sendOne(request, request.body, sms),
});

const get = endpoint({
  method: 'GET',
  path: '/v1/send/message',
  summary: 'Send a message by a query string',
  scope: 'messages',
  cachedToken: true,
  query: single,
  handle: (request, sms) => sendOne(request, request.query, sms),
});

const numbers = z
  .union([text, z.array(text)])
  .transform((phones) => (typeof phones === 'string' ? phones.split(',') : phones))
  .transform((phones) => phones.map((phone) => phone.trim()).filter((phone) => phone !== ''));

const bulk = endpoint({
  method: 'POST',
  path: '/v1/send/bulk',
  summary: 'Send one text to many numbers',
  scope: 'messages',
  cachedToken: true,
  body: z.object({ senderID: text, message: text, phones: numbers }),
  handle: ({ access, body: { senderID, message, phones } }, sms) =>
    sendMany(
      access,
      senderID,
      phones.map((to) => ({ to, text: message })),
      sms,
    ),
});

const personal = z.array(z.object({ phone: text, message: text })).min(1);

const personalized = endpoint({
  method: 'POST',
  path: '/v1/send/bulk-personalized',
  summary: 'Send a text of its own to each number',
  scope: 'messages',
  cachedToken: true,
  body: z.object({
    senderID: text,
    // A form has no arrays, so that its clients send one as JSON.
    messageBody: z.union([personal, z.string().transform(parseJson).pipe(personal)]),
  }),
  handle: ({ access, body: { senderID, messageBody } }, sms) =>
    sendMany(
      access,
      senderID,
      messageBody.map(({ phone, message }) => ({ to: phone, text: message })),
      sms,
    ),
});

/** What can be sent is; only when nothing can, the first reason is told. */
async function sendMany(
  access: ApiRequest['access'],
  senderId: string,
  items: readonly SendItem[],
  sms: Sms,
): Promise<ApiResponse> {
  if (items.length === 0) throw new SmsError('number_invalid', 'phones must name at least one number');
  const { accepted: taken, rejected } = await sms.messages.send(
    access,
    { items, senderId, isBatch: true },
    { partial: true },
  );
  const [first] = taken;
  if (!first) throw new SmsError(rejected[0]?.code ?? 'internal', rejected[0]?.reason ?? 'nothing was accepted');
  return accepted({ bulkId: first.batchId, cost: creditsView(taken.reduce((sum, { cost }) => sum + cost, 0)) });
}

function parseJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

export const sendEndpoints: readonly Endpoint[] = [post, get, bulk, personalized];
