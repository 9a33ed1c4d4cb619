import { SmsError, type SendCommand, type SendResult, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type Endpoint } from '../../../endpoint.js';
import { RequestInvalid } from '../../../validate.js';
import { chars } from '../../rest-framework.js';
import { country, optional, phone, text, timeView } from '../fields.js';
import { messages } from '../limits.js';
import { worth } from '../money.js';
import { json } from './answer.js';
import type { WebSettings } from './settings.js';

const mostRecipients = 1_000;

/** A text, or a template with values for its names: the vendor's documents leave open how templates are used. */
const content = {
  message: optional(chars(2_000)),
  template_id: optional(text(36)),
  variables: optional(z.record(z.string(), z.coerce.string().max(500))),
};

const sender = chars(36);

type Content = z.output<z.ZodObject<typeof content>>;

/** Sends, and counts a template as used only when something was. */
async function sendContent(
  { access }: ApiRequest,
  sms: Sms,
  { body, to }: { body: Content & { sender_id: string }; to: readonly string[] },
): Promise<SendResult> {
  const value = await textOf(sms, access.accountId, body);
  const sent = await sms.messages.send(access, commandOf(to, value, body.sender_id), { partial: true });
  const [refused] = sent.accepted.length === 0 ? sent.rejected : [];
  if (refused) throw new SmsError(refused.code, refused.reason);
  if (body.message === undefined && body.template_id !== undefined) {
    await sms.templates.noteUse(access.accountId, body.template_id.toLowerCase(), sent.accepted.length);
  }
  return sent;
}

async function textOf(sms: Sms, accountId: string, body: Content): Promise<string> {
  if (body.message !== undefined) return body.message;
  if (body.template_id === undefined)
    throw new RequestInvalid([{ path: ['message'], message: 'This field is required.' }]);
  return sms.templates.render(accountId, body.template_id.toLowerCase(), body.variables ?? {});
}

const commandOf = (recipients: readonly string[], value: string, senderId: string): SendCommand => ({
  items: recipients.map((to) => ({ to, text: value })),
  senderId,
  country,
  numbers: 'possible',
  isBatch: true,
});

/** One number. Source: contracts/mifumo.md §9.2. */
const send = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/messaging/sms/send',
    summary: 'Send a message to one number',
    scope: 'messages',
    limits: [messages],
    body: z.object({ recipient: phone, sender_id: sender, ...content }),
    async handle(request, sms) {
      const { body, access } = request;
      const { currency } = await sms.accounts.get(access.accountId);
      const [message] = (await sendContent(request, sms, { body, to: [body.recipient] })).accepted;
      if (!message) throw new Error('A send accepted nothing and refused nothing.');
      const charged = worth(settings, currency, message.cost);
      return json(
        {
          success: true,
          message: 'SMS sent successfully',
          data: {
            message_id: message.id,
            recipient: message.recipient,
            message: message.text,
            sender_id: message.sender,
            status: 'queued',
            cost: charged.amount,
            currency: charged.currency,
            sent_at: timeView(message.createdAt),
          },
        },
        201,
      );
    },
  });

const recipients = z.array(phone).min(1).max(mostRecipients);

const quick = endpoint({
  method: 'POST',
  path: '/messaging/sms/quick',
  summary: 'Send one text to many numbers',
  scope: 'messages',
  limits: [messages],
  body: z.object({ recipients, sender_id: sender, ...content }),
  async handle(request, sms) {
    const { body } = request;
    const { accepted, rejected } = await sendContent(request, sms, { body, to: [...new Set(body.recipients)] });
    return json(
      {
        success: true,
        message: `SMS sent to ${accepted.length} recipient${accepted.length === 1 ? '' : 's'}`,
        sent: accepted.length,
        failed: rejected.length,
        message_ids: accepted.map(({ id }) => id),
      },
      201,
    );
  },
});

export const sendEndpoints = (settings: WebSettings): Endpoint[] => [send(settings), quick];
