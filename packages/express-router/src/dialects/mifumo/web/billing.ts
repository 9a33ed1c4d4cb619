import type { TopUp } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { optional, timeView } from '../fields.js';
import { wholeCredits, worth } from '../money.js';
import { json } from './answer.js';
import { pageFields, pageOf, rangeOf } from './paging.js';
import type { WebSettings } from './settings.js';
import { startOfMonth, sumOf } from './statistics.js';

/** Source: contracts/mifumo.md §9.3. */
const balance = endpoint({
  method: 'GET',
  path: '/billing/sms/balance',
  summary: 'Get the balance in credits, and what was used this month',
  scope: 'messages',
  async handle({ access: { accountId } }, sms) {
    const [{ available }, { currency }, sent] = await Promise.all([
      sms.accounts.balance(accountId),
      sms.accounts.get(accountId),
      sms.messages.totals(accountId, { from: startOfMonth(Date.now()) }),
    ]);
    const credits = wholeCredits(available);
    return json({
      balance: { credits, currency, last_updated: timeView(Date.now()) },
      usage: { used_this_month: wholeCredits(sumOf(sent).cost), remaining: credits },
    });
  },
});

const nameOf = ({ amount }: TopUp): string => `${wholeCredits(amount)} SMS`;

/** What was paid in. It is written down when it is paid, so all of it is completed. */
const purchases = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/billing/sms/purchases/history',
    summary: 'List the credits that were bought',
    scope: 'messages',
    query: z.object({ ...pageFields, status: optional(z.enum(['pending', 'completed', 'failed', 'cancelled'])) }),
    async handle(request, sms) {
      const { query, access } = request;
      const isNone = query.status !== undefined && query.status !== 'completed';
      const [{ currency }, { topUps, total }] = await Promise.all([
        sms.accounts.get(access.accountId),
        isNone ? { topUps: [], total: 0 } : sms.accounts.topUps(access.accountId, rangeOf(query)),
      ]);
      const results = topUps.map((topUp) => {
        const price = worth(settings, currency, topUp.amount);
        return {
          id: topUp.id,
          package_name: nameOf(topUp),
          sms_count: wholeCredits(topUp.amount),
          price: price.amount,
          currency: price.currency,
          status: 'completed',
          purchased_at: timeView(topUp.at),
        };
      });
      return pageOf(request, { total, results });
    },
  });

/** Uses are told by the day: a line for each message would say no more. */
const history = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/billing/history',
    summary: 'List what was bought and what was used, newest first',
    scope: 'messages',
    query: z.object({ ...pageFields, type: optional(z.enum(['purchase', 'payment', 'usage'])) }),
    async handle(request, sms) {
      const { query, access } = request;
      const { limit, offset } = rangeOf(query);
      const most = { limit: offset + limit, offset: 0 };
      const [{ currency }, paid, days] = await Promise.all([
        sms.accounts.get(access.accountId),
        query.type === 'usage' ? { topUps: [], total: 0 } : sms.accounts.topUps(access.accountId, most),
        query.type === undefined || query.type === 'usage' ? sms.messages.totals(access.accountId, {}) : [],
      ]);
      const bought = paid.topUps.map((topUp) => ({
        at: topUp.at,
        line: {
          id: topUp.id,
          type: 'purchase',
          description: `Credits - ${nameOf(topUp)}`,
          ...worth(settings, currency, topUp.amount),
        },
      }));
      const used = days.map((day) => {
        const { sent, cost } = sumOf([day]);
        const price = worth(settings, currency, cost);
        return {
          at: Date.parse(day.day),
          line: {
            id: day.day,
            type: 'usage',
            description: `SMS Usage - ${sent} messages`,
            amount: -price.amount,
            currency: price.currency,
          },
        };
      });
      const lines = [...bought, ...used].sort((a, b) => b.at - a.at).slice(offset, offset + limit);
      const results = lines.map(({ at, line }) => ({ ...line, status: 'completed', created_at: timeView(at) }));
      return pageOf(request, { total: paid.total + used.length, results });
    },
  });

export const billingEndpoints = (settings: WebSettings): Endpoint[] => [
  balance,
  purchases(settings),
  history(settings),
];
