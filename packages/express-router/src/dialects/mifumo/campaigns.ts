import type { Campaign, CampaignStatus, Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type ApiResponse, type Endpoint } from '../../endpoint.js';
import { answer } from './answer.js';
import { campaignInFull, campaignView } from './campaign-view.js';
import { idOf, optional, required, text, time, whole } from './fields.js';
import type { Settings } from './settings.js';
import { createCampaign, startCampaign } from './write-campaign.js';

/** Paths of the vendor's live code, which answers them without doing anything. Source: contracts/mifumo.md §3.7. */
const shared = { scope: 'campaigns' } as const;
const missing = (name: string, longest: number): [number, string, string] => [
  longest,
  'MISSING_FIELD',
  `Missing required field: ${name}`,
];
const name = required(...missing('name', 100));
const message = required(...missing('message', 2_000));
const ids = z.array(text(36));

const create = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'POST',
    path: '/v1/campaigns/create',
    summary: 'Make a draft; with a time, a campaign that is paid for and waits for it',
    permission: 'write',
    body: z.object({
      name,
      message,
      sender_id: optional(text(36)),
      recipients: optional(z.array(text(32)).max(10_000)),
      segment_ids: optional(ids.max(100)),
      contact_ids: optional(ids.max(500)),
      scheduled_at: optional(time()),
    }),
    async handle(request, sms) {
      const campaign = await createCampaign(sms, request.access, request.body);
      const data = campaignView({ campaign, progress: null });
      return answer(settings, request, { status: 201, message: 'Campaign created successfully', data });
    },
  });

const list = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'GET',
    path: '/v1/campaigns',
    summary: 'List campaigns, newest first',
    permission: 'read',
    query: z.object({ limit: whole(1, 100).default(50), offset: whole(0, 1_000_000).default(0) }),
    async handle(request, sms) {
      const { campaigns, total } = await sms.campaigns.list(request.access.accountId, {}, request.query);
      const data = { campaigns: campaigns.map((campaign) => campaignView({ campaign, progress: null })), total };
      return answer(settings, request, { message: 'Campaigns retrieved successfully', data });
    },
  });

async function shown(settings: Settings, request: ApiRequest, sms: Sms, said: string): Promise<ApiResponse> {
  const { accountId } = request.access;
  const [status, { currency }]: [CampaignStatus, { currency: string }] = await Promise.all([
    sms.campaigns.get(accountId, idOf(request.params)),
    sms.accounts.get(accountId),
  ]);
  return answer(settings, request, { message: said, data: campaignInFull(settings, currency, status) });
}

const get = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'GET',
    path: '/v1/campaigns/{id}',
    summary: 'Get a campaign, with how far it has come',
    permission: 'read',
    handle: (request, sms) => shown(settings, request, sms, 'Campaign retrieved successfully'),
  });

const update = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'PUT',
    path: '/v1/campaigns/{id}/update',
    summary: 'Change a draft; fields that are not given stay',
    permission: 'write',
    body: z.object({
      name: name.optional(),
      message: message.optional(),
      sender_id: optional(text(36)),
      recipients: optional(z.array(text(32)).max(10_000)),
      segment_ids: optional(ids.max(100)),
      scheduled_at: optional(time()),
    }),
    async handle(request, sms) {
      const { body, access, params } = request;
      await sms.campaigns.update(access.accountId, idOf(params), {
        name: body.name,
        text: body.message,
        senderId: body.sender_id,
        numbers: body.recipients,
        segmentIds: body.segment_ids,
        scheduledAt: body.scheduled_at,
      });
      return shown(settings, request, sms, 'Campaign updated successfully');
    },
  });

const remove = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    method: 'DELETE',
    path: '/v1/campaigns/{id}/delete',
    summary: 'Delete a draft',
    permission: 'write',
    async handle(request, sms) {
      await sms.campaigns.delete(request.access.accountId, idOf(request.params));
      return answer(settings, request, { message: 'Campaign deleted successfully', data: null });
    },
  });

/** What is stopped can be started again: nothing is taken back. */
const steps: Readonly<Record<string, (sms: Sms, accountId: string, id: string) => Promise<Campaign>>> = {
  start: startCampaign,
  stop: (sms, accountId, id) => sms.campaigns.pause(accountId, id),
};

const steered = (settings: Settings): Endpoint[] =>
  Object.entries(steps).map(([step, take]) =>
    endpoint({
      ...shared,
      method: 'POST',
      path: `/v1/campaigns/{id}/${step}`,
      summary: step === 'start' ? 'Send a draft, or go on with what was stopped' : 'Let nothing more leave',
      permission: 'write',
      async handle(request, sms) {
        await take(sms, request.access.accountId, idOf(request.params));
        return shown(settings, request, sms, `Campaign ${step === 'start' ? 'started' : 'stopped'} successfully`);
      },
    }),
  );

export const campaignEndpoints = (settings: Settings): Endpoint[] => [
  ...[create, list, get, update, remove].map((made) => made(settings)),
  ...steered(settings),
];
