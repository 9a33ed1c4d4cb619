import { parseMsisdn, networkOf, SmsError, statusOfState } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { chars } from '../../rest-framework.js';
import { country, idOf, optional, optionalTimeView, time, timeView } from '../fields.js';
import { wholeCredits, worth } from '../money.js';
import { json } from './answer.js';
import { countryNameOf } from './countries.js';
import type { WebSettings } from './settings.js';
import { rateOf, startOfMonth, sumOf } from './statistics.js';

/** Source: contracts/mifumo.md §9.2. */
const balance = endpoint({
  method: 'GET',
  path: '/messaging/sms/balance',
  summary: 'Get the balance in credits',
  scope: 'messages',
  async handle({ access: { accountId } }, sms) {
    const [{ available }, { currency }] = await Promise.all([
      sms.accounts.balance(accountId),
      sms.accounts.get(accountId),
    ]);
    const shown = { credits: wholeCredits(available), currency, last_updated: timeView(Date.now()) };
    return json({ success: true, balance: shown });
  },
});

/** Of this month unless a time is given. */
const stats = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/messaging/sms/stats',
    summary: 'Count what was sent in a time',
    scope: 'messages',
    query: z.object({ start_date: optional(time()), end_date: optional(time('end')) }),
    async handle({ query, access: { accountId } }, sms) {
      const start = query.start_date ?? startOfMonth(Date.now());
      const end = query.end_date ?? Date.now();
      const [days, { currency }] = await Promise.all([
        sms.messages.totals(accountId, { from: start, before: end + 1 }),
        sms.accounts.get(accountId),
      ]);
      const totals = sumOf(days);
      const cost = worth(settings, currency, totals.cost);
      return json({
        success: true,
        stats: {
          total_sent: totals.sent,
          total_delivered: totals.delivered,
          total_failed: totals.failed,
          delivery_rate: rateOf(totals),
          total_cost: cost.amount,
          currency: cost.currency,
          period: { start: timeView(start), end: timeView(end) },
        },
      });
    },
  });

const status = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/messaging/sms/{message_id}/status',
    summary: 'Get the status of a message',
    scope: 'messages',
    async handle({ params, access: { accountId } }, sms) {
      const [message, { currency }] = await Promise.all([
        sms.messages.get(accountId, idOf(params, 'message_id')),
        sms.accounts.get(accountId),
      ]);
      const charged = worth(settings, currency, message.cost);
      return json({
        success: true,
        message: {
          id: message.id,
          recipient: message.recipient,
          message: message.text,
          sender_id: message.sender,
          status: statusOfState(message.state),
          sent_at: timeView(message.createdAt),
          delivered_at: message.state === 'delivered' ? optionalTimeView(message.finalAt) : null,
          cost: charged.amount,
          currency: charged.currency,
        },
      });
    },
  });

const nobody = { success: true, valid: false, formatted: null, country: null, country_code: null };

const validatePhone = endpoint({
  method: 'POST',
  path: '/messaging/sms/validate-phone',
  summary: 'Tell whether a number can receive messages, and its form in E.164',
  scope: 'messages',
  body: z.object({ phone_number: chars(32) }),
  handle({ body }) {
    try {
      const number = parseMsisdn(body.phone_number, country);
      const code = networkOf(number).country;
      const shown = { formatted: number, country: code === null ? null : countryNameOf(code), country_code: code };
      return Promise.resolve(json({ success: true, valid: true, ...shown }));
    } catch (error) {
      if (!(error instanceof SmsError)) throw error;
      return Promise.resolve(json(nobody));
    }
  },
});

export const smsEndpoints = (settings: WebSettings): Endpoint[] => [
  balance,
  stats(settings),
  status(settings),
  validatePhone,
];
