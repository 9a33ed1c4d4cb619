import { isUuid, networkOf, parseMsisdn, SmsError, statusOfState, type Message, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { creditsView } from '../../api/fields.js';
import { endpoint, type Endpoint } from '../../endpoint.js';
import { done, text } from './fields.js';

const words = { queued: 'Pending', sent: 'Sent', delivered: 'Delivered', failed: 'Failed' } as const;

/** The most messages of a batch that are shown. */
const mostShown = 1_000;

const reportView = ({ id, recipient, text: message, state, finalAt, submittedAt, createdAt }: Message): object => ({
  messageId: id,
  phone: recipient.slice(1),
  message,
  deliveryStatus: {
    status: words[statusOfState(state)],
    time: new Date(finalAt ?? submittedAt ?? createdAt).toISOString(),
  },
});

const deliveryReport = endpoint({
  method: 'POST',
  path: '/v1/dlr',
  summary: 'Ask what became of a message, or of all of a bulk',
  scope: 'messages',
  body: z.object({ messageId: text }),
  async handle({ body: { messageId }, access: { accountId } }, sms) {
    const messages = isUuid(messageId) ? await messagesOf(sms, accountId, messageId) : [];
    if (messages.length === 0) throw new SmsError('not_found', 'Message not found');
    return done({ messages: messages.map(reportView) });
  },
});

async function messagesOf(sms: Sms, accountId: string, id: string): Promise<Message[]> {
  const { messages } = await sms.messages.list(accountId, { batchId: id }, { limit: mostShown, offset: 0 });
  if (messages.length > 0) return messages;
  try {
    return [await sms.messages.get(accountId, id)];
  } catch (error) {
    if (error instanceof SmsError && error.code === 'not_found') return [];
    throw error;
  }
}

const balance = endpoint({
  method: 'GET',
  path: '/v1/get-balance',
  summary: 'Get the units that can be spent',
  scope: 'messages',
  async handle({ access: { accountId } }, sms) {
    return done({ balance: creditsView((await sms.accounts.balance(accountId)).available) });
  },
});

const number = endpoint({
  method: 'POST',
  path: '/v1/msisdns/load-details',
  summary: "Get a number's network and international form",
  scope: 'messages',
  body: z.object({ phone: text }),
  async handle({ body: { phone }, access: { accountId } }, sms) {
    const { country } = await sms.accounts.get(accountId);
    const msisdn = parseMsisdn(phone, country);
    return done({
      networkName: networkOf(msisdn).network?.toLowerCase() ?? null,
      formattedPhone: msisdn.slice(1),
    });
  },
});

/** The vendor answers it below two paths. */
const senders = ['/v1', '/open/v1'].map((below) =>
  endpoint({
    method: 'POST',
    path: `${below}/senders/load-details`,
    summary: 'Get what a sender ID may be used for',
    scope: 'messages',
    body: z.object({ senderID: text }),
    async handle({ body: { senderID }, access: { accountId } }, sms) {
      const found = (await sms.accounts.senders(accountId)).find(({ name }) => name === senderID);
      if (found?.state !== 'approved') throw new SmsError('sender_unknown', 'The Sender ID is Invalid!');
      return done({ payload: { senderID: found.name, senderType: 'TRANSACTIONAL' } });
    },
  }),
);

export const lookUpEndpoints: readonly Endpoint[] = [deliveryReport, balance, number, ...senders];
