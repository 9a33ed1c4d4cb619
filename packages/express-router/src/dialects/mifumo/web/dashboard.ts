import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { optional, time, timeView, whole } from '../fields.js';
import { worth } from '../money.js';
import { json } from './answer.js';
import { recentActivity } from './activity.js';
import type { WebSettings } from './settings.js';
import { dayView, rateOf, startOfMonth, sumOf } from './statistics.js';

const dayMs = 86_400_000;
const days = { '7d': 7, '30d': 30, '90d': 90, '1y': 365 } as const;
const one = { limit: 1, offset: 0 };

/** Source: contracts/mifumo.md §9.2. */
const overview = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/messaging/dashboard/overview',
    summary: 'Count contacts, messages and credits, with what happened last',
    scope: 'messages',
    async handle({ access: { accountId } }, sms) {
      const [account, balance, contacts, campaigns, sent, activity] = await Promise.all([
        sms.accounts.get(accountId),
        sms.accounts.balance(accountId),
        sms.contacts.list(accountId, {}, one),
        sms.campaigns.list(accountId, {}, one),
        sms.messages.totals(accountId, {}),
        recentActivity(sms, accountId, 10),
      ]);
      const totals = sumOf(sent);
      return json({
        stats: {
          total_contacts: contacts.total,
          total_campaigns: campaigns.total,
          total_messages_sent: totals.sent,
          total_messages_delivered: totals.delivered,
          delivery_rate: rateOf(totals),
          total_spent: worth(settings, account.currency, totals.cost).amount,
          current_balance: worth(settings, account.currency, balance.available).amount,
        },
        recent_activity: activity.map(({ type, description, timestamp }) => ({
          type,
          message: description,
          timestamp,
        })),
      });
    },
  });

const metrics = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/messaging/dashboard/metrics',
    summary: 'Count what was sent in a time until now, day by day',
    scope: 'messages',
    query: z.object({ period: z.enum(['7d', '30d', '90d', '1y']).default('30d') }),
    async handle({ query: { period }, access: { accountId } }, sms) {
      const now = Date.now();
      const from = now - (now % dayMs) - (days[period] - 1) * dayMs;
      const [{ currency }, sent, added] = await Promise.all([
        sms.accounts.get(accountId),
        sms.messages.totals(accountId, { from }),
        sms.contacts.list(accountId, { rule: { created: { after: timeView(from) } } }, one),
      ]);
      const totals = sumOf(sent);
      return json({
        period,
        metrics: {
          messages_sent: totals.sent,
          messages_delivered: totals.delivered,
          delivery_rate: rateOf(totals),
          cost: worth(settings, currency, totals.cost).amount,
          contacts_added: added.total,
        },
        daily_breakdown: sent.map((day) => dayView(settings, currency, day)),
      });
    },
  });

const analytics = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/messaging/analytics/overview',
    summary: 'Count what was sent between two days',
    scope: 'messages',
    query: z.object({ start_date: optional(time()), end_date: optional(time('end')) }),
    async handle({ query, access: { accountId } }, sms) {
      const start = query.start_date ?? startOfMonth(Date.now());
      const end = query.end_date ?? Date.now();
      const [{ currency }, sent] = await Promise.all([
        sms.accounts.get(accountId),
        sms.messages.totals(accountId, { from: start, before: end + 1 }),
      ]);
      const totals = sumOf(sent);
      const { amount } = worth(settings, currency, totals.cost);
      return json({
        period: { start: timeView(start), end: timeView(end) },
        overview: {
          total_messages: totals.sent,
          delivered: totals.delivered,
          failed: totals.failed,
          delivery_rate: rateOf(totals),
          total_cost: amount,
          average_cost_per_message: totals.sent === 0 ? 0 : Math.round((amount / totals.sent) * 100) / 100,
        },
        by_status: { sent: totals.sent, delivered: totals.delivered, failed: totals.failed },
        by_day: sent.map((day) => dayView(settings, currency, day)),
      });
    },
  });

const activity = endpoint({
  method: 'GET',
  path: '/messaging/activity/recent',
  summary: 'List what happened last',
  scope: 'messages',
  query: z.object({ limit: whole(1, 100).default(20) }),
  async handle({ query, access }, sms) {
    const activities = await recentActivity(sms, access.accountId, query.limit);
    return json({ count: activities.length, activities });
  },
});

export const dashboardEndpoints = (settings: WebSettings): Endpoint[] => [
  overview(settings),
  metrics(settings),
  analytics(settings),
  activity,
];
