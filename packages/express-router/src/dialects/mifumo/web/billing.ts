import type { Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { optional, timeView } from '../fields.js';
import { wholeCredits, worth } from '../money.js';
import { amountOf, orderIdOf, paymentStatus } from '../payment-view.js';
import { json } from './answer.js';
import { initiatePayment } from './initiate-payment.js';
import { packages } from './packages.js';
import { pageFields, pageOf, rangeOf } from './paging.js';
import { paymentEndpoints } from './payments.js';
import { priceOf, purchase, purchases } from './purchases.js';
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

/** A line of an account's history, and when it happened. */
interface Line {
  at: number;
  view: { id: string; type: string; description: string; amount: number; currency: string; status: string };
}

interface Lines {
  lines: Line[];
  total: number;
}

/** The newest lines of one kind. */
type Read = (by: { settings: WebSettings; sms: Sms; accountId: string; most: number }) => Promise<Lines>;

const bought: Read = async ({ settings, sms, accountId, most }) => {
  const [{ currency }, { purchases: all, total }] = await Promise.all([
    sms.accounts.get(accountId),
    sms.payments.purchases(accountId, {}, { limit: most, offset: 0 }),
  ]);
  const lines = all.map((one) => {
    const { id, name, credits, state, at } = one;
    const description = `${name ?? 'Credits'} - ${wholeCredits(credits)} SMS`;
    const price = priceOf(settings, currency, one);
    return { at, view: { id, type: 'purchase', description, ...price, status: paymentStatus(state) } };
  });
  return { lines, total };
};

const paid: Read = async ({ sms, accountId, most }) => {
  const { payments, total } = await sms.payments.list(accountId, {}, { limit: most, offset: 0 });
  const lines = payments.map((payment) => {
    const { id, currency, state, createdAt } = payment;
    const description = `Mobile money - ${orderIdOf(payment)}`;
    const view = {
      id,
      type: 'payment',
      description,
      amount: amountOf(payment),
      currency,
      status: paymentStatus(state),
    };
    return { at: createdAt, view };
  });
  return { lines, total };
};

/** Uses are told by the day: a line for each message would say no more. */
const used: Read = async ({ settings, sms, accountId }) => {
  const [{ currency }, days] = await Promise.all([sms.accounts.get(accountId), sms.messages.totals(accountId, {})]);
  const lines = days.map((day) => {
    const { sent, cost } = sumOf([day]);
    const price = worth(settings, currency, cost);
    const view = { id: day.day, type: 'usage', description: `SMS Usage - ${sent} messages`, status: 'completed' };
    return { at: Date.parse(day.day), view: { ...view, amount: -price.amount, currency: price.currency } };
  });
  return { lines, total: lines.length };
};

const kinds = { purchase: bought, payment: paid, usage: used } as const;

/** A payment is told as what it buys, unless payments are asked for. */
const usual = ['purchase', 'usage'] as const;

const history = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/billing/history',
    summary: 'List what was bought and what was used, newest first',
    scope: 'messages',
    query: z.object({ ...pageFields, type: optional(z.enum(['purchase', 'payment', 'usage'])) }),
    async handle(request, sms) {
      const { type, ...page } = request.query;
      const { limit, offset } = rangeOf(page);
      const by = { settings, sms, accountId: request.access.accountId, most: offset + limit };
      const read = await Promise.all((type === undefined ? usual : [type]).map((kind) => kinds[kind](by)));
      const lines = read.flatMap((one) => one.lines).sort((a, b) => b.at - a.at);
      const results = lines.slice(offset, offset + limit).map(({ at, view }) => {
        const { id, type: kind, description, amount, currency, status } = view;
        return { id, type: kind, description, amount, currency, status, created_at: timeView(at) };
      });
      return pageOf(request, { total: read.reduce((sum, { total }) => sum + total, 0), results });
    },
  });

export const billingEndpoints = (settings: WebSettings): Endpoint[] => [
  packages,
  balance,
  purchase,
  purchases(settings),
  history(settings),
  initiatePayment,
  ...paymentEndpoints,
];
