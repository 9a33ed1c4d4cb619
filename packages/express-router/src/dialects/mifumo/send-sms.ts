import { SmsError, type Access, type SendCommand, type SendResult, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type Endpoint } from '../../endpoint.js';
import { RequestInvalid } from '../../validate.js';
import { lengthOf, url } from '../rest-framework.js';
import { answer } from './answer.js';
import { callback } from './callback.js';
import { country, optional, phone, required, text, time } from './fields.js';
import { messages } from './limits.js';
import { modeOf } from './mode.js';
import { worth } from './money.js';
import { maxCharactersOf, type Settings } from './settings.js';
import { senderOf } from './tenant-account.js';

const mostRecipients = 1_000;
const longestText = 10_000;

const noRecipients = { error: 'Recipients list is required', params: { code: 'MISSING_RECIPIENTS' }, abort: true };
const tooMany = {
  error: `At most ${mostRecipients} recipients can be sent to in one request`,
  params: { code: 'TOO_MANY_RECIPIENTS' },
  abort: true,
};

/** In the order the vendor checks them: the first that is wrong is the one told of. */
const fields = z.object({
  message: required(longestText, 'MISSING_MESSAGE', 'Message text is required'),
  recipients: z
    .unknown()
    .refine((value) => Array.isArray(value) && value.length > 0, noRecipients)
    .refine((value) => (value as unknown[]).length <= mostRecipients, tooMany)
    .pipe(z.array(phone)),
  sender_id: optional(text(36)),
  schedule_time: optional(time()),
  webhook_url: optional(url),
  tenant_account_id: optional(text(36)),
});

type Fields = z.output<typeof fields>;

/** One text to one or many numbers, under one id. Source: contracts/mifumo.md §3.1. */
export const sendSms = (settings: Settings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/v1/sms/send',
    summary: 'Send a message to one or many numbers',
    scope: 'messages',
    permission: 'write',
    cachedToken: true,
    limits: [messages],
    body: fields,
    async handle(request, sms) {
      const { body, access } = request;
      assertLength(body.message, maxCharactersOf(settings, modeOf(access, settings.mode)));
      const sender = await senderOf(request, sms, body.tenant_account_id);
      const { currency } = await sms.accounts.get(sender.accountId);
      const sent = await send({ settings, sms, access, sender, currency, body });
      return answer(settings, request, saidOf(settings, request, { body, sent, currency }));
    },
  });

function assertLength(message: string, longest: number | undefined): void {
  if (longest !== undefined && lengthOf(message) > longest) {
    throw new SmsError('message_too_long', `Message exceeds ${longest} characters`);
  }
}

async function send(by: {
  settings: Settings;
  sms: Sms;
  access: Access;
  sender: Access;
  currency: string;
  body: Fields;
}): Promise<SendResult> {
  const { settings, sms, access, sender, currency, body } = by;
  const { message: value, webhook_url: url } = body;
  const sent = await sms.messages.send(sender, commandOf(body, value), {
    partial: true,
    callback:
      url === undefined
        ? undefined
        : {
            url,
            format: callback,
            key: access.credential,
            fields: ({ cost }) => {
              const charged = worth(settings, currency, cost);
              return { cost: charged.amount, currency: charged.currency };
            },
          },
  });
  const [refused] = sent.accepted.length === 0 ? sent.rejected : [];
  if (refused) throw new SmsError(refused.code, refused.reason);
  return sent;
}

const yearMs = 366 * 86_400_000;

function assertSchedule(scheduledAt: number | undefined): void {
  if (scheduledAt === undefined) return;
  const message =
    scheduledAt <= Date.now()
      ? 'The time must be in the future.'
      : scheduledAt > Date.now() + yearMs && 'The time must be at most a year ahead.';
  if (message) throw new RequestInvalid([{ path: ['schedule_time'], message }]);
}

function commandOf(
  { recipients, sender_id: senderId, schedule_time: scheduledAt }: Fields,
  value: string,
): SendCommand {
  assertSchedule(scheduledAt);
  return {
    // Whoever is named twice hears it, and is charged, once.
    items: [...new Set(recipients)].map((to) => ({ to, text: value })),
    senderId,
    scheduledAt,
    country,
    numbers: 'possible',
    isBatch: true,
  };
}

function saidOf(
  settings: Settings,
  request: ApiRequest,
  { body, sent, currency }: { body: Fields; sent: SendResult; currency: string },
): Parameters<typeof answer>[2] {
  const { accepted, rejected } = sent;
  const id = accepted[0]?.batchId ?? null;
  const status = body.schedule_time === undefined ? 'sent' : 'scheduled';
  const cost = accepted.reduce((sum, message) => sum + message.cost, 0);
  const charged = worth(settings, currency, cost);
  return {
    message: 'SMS sent successfully',
    data: {
      message_id: id,
      recipients: accepted.map(({ recipient }) => recipient),
      status,
      cost: charged.amount,
      currency: charged.currency,
    },
    more: {
      successful_sends: accepted.length,
      failed_sends: rejected.length,
      total_recipients: accepted.length + rejected.length,
      provider: settings.provider,
    },
    flat: { success: true, message_id: id, status },
  };
}
