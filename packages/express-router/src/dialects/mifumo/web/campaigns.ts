import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { chars } from '../../rest-framework.js';
import { analyticsView, campaignInFull, campaignStatuses, campaignView, statesOf, statusOf } from '../campaign-view.js';
import { idOf, optional, optionalTimeView, text, time } from '../fields.js';
import { createCampaign, startCampaign } from '../write-campaign.js';
import { json } from './answer.js';
import { pageFields, pageOf, rangeOf } from './paging.js';
import type { WebSettings } from './settings.js';

const shared = { scope: 'campaigns' } as const;

/** Source: contracts/mifumo.md §9.2. */
const list = endpoint({
  ...shared,
  method: 'GET',
  path: '/messaging/campaigns',
  summary: 'List campaigns, newest first',
  query: z.object({ ...pageFields, status: optional(z.enum(campaignStatuses)), search: optional(text(100)) }),
  async handle(request, sms) {
    const { query, access } = request;
    const filter = { states: query.status && statesOf(query.status), search: query.search };
    const { campaigns, total } = await sms.campaigns.list(access.accountId, filter, rangeOf(query));
    const results = await Promise.all(
      campaigns.map(async (campaign) =>
        campaignView(
          campaign.listId === null
            ? { campaign, progress: null }
            : await sms.campaigns.get(access.accountId, campaign.id),
        ),
      ),
    );
    return pageOf(request, { total, results });
  },
});

const create = endpoint({
  ...shared,
  method: 'POST',
  path: '/messaging/campaigns',
  summary: 'Make a draft; with a time, a campaign that is paid for and waits for it',
  body: z.object({
    name: chars(100),
    message: chars(2_000),
    sender_id: optional(chars(36)),
    recipients: z.array(chars(32)).max(10_000).optional(),
    segment_ids: z.array(chars(36)).max(100).optional(),
    contact_ids: z.array(chars(36)).max(500).optional(),
    scheduled_at: optional(time()),
  }),
  async handle({ body, access }, sms) {
    const campaign = await createCampaign(sms, access, body);
    return json(campaignView({ campaign, progress: null }), 201);
  },
});

const get = (settings: WebSettings): Endpoint =>
  endpoint({
    ...shared,
    method: 'GET',
    path: '/messaging/campaigns/{id}',
    summary: 'Get a campaign, with how far it has come',
    async handle({ params, access: { accountId } }, sms) {
      const [status, { currency }] = await Promise.all([
        sms.campaigns.get(accountId, idOf(params)),
        sms.accounts.get(accountId),
      ]);
      return json(campaignInFull(settings, currency, status));
    },
  });

const analytics = (settings: WebSettings): Endpoint =>
  endpoint({
    ...shared,
    method: 'GET',
    path: '/messaging/campaigns/{id}/analytics',
    summary: 'Get what came of a campaign',
    async handle({ params, access: { accountId } }, sms) {
      const [status, { currency }] = await Promise.all([
        sms.campaigns.get(accountId, idOf(params)),
        sms.accounts.get(accountId),
      ]);
      return json(analyticsView(settings, currency, status, Date.now()));
    },
  });

const start = endpoint({
  ...shared,
  method: 'POST',
  path: '/messaging/campaigns/{id}/start',
  summary: 'Send a draft, or go on with what was paused',
  async handle({ params, access }, sms) {
    const campaign = await startCampaign(sms, access.accountId, idOf(params));
    const startedAt = optionalTimeView(campaign.startedAt ?? campaign.queuedAt);
    const shown = { id: campaign.id, status: statusOf(campaign), started_at: startedAt };
    return json({ success: true, message: 'Campaign started successfully', campaign: shown });
  },
});

const steps = [
  ['pause', 'Let nothing more leave', 'Campaign paused successfully'],
  ['cancel', 'End it: what no operator has is taken back', 'Campaign cancelled successfully'],
] as const;

const steered = steps.map(([step, summary, message]) =>
  endpoint({
    ...shared,
    method: 'POST',
    path: `/messaging/campaigns/{id}/${step}`,
    summary,
    async handle({ params, access }, sms) {
      const campaign = await sms.campaigns[step](access.accountId, idOf(params));
      return json({ success: true, message, campaign: { id: campaign.id, status: statusOf(campaign) } });
    },
  }),
);

const duplicate = endpoint({
  ...shared,
  method: 'POST',
  path: '/messaging/campaigns/{id}/duplicate',
  summary: 'Make a new draft of the same',
  async handle({ params, access }, sms) {
    const copy = await sms.campaigns.duplicate(access.accountId, idOf(params));
    const shown = { id: copy.id, name: copy.name, status: statusOf(copy) };
    return json({ success: true, message: 'Campaign duplicated successfully', new_campaign: shown }, 201);
  },
});

export const campaignEndpoints = (settings: WebSettings): Endpoint[] => [
  ...[list, create, get(settings), start],
  ...steered,
  ...[analytics(settings), duplicate],
];
