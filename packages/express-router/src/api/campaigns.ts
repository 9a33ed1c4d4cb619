import {
  SmsError,
  laneNames,
  messageStatuses,
  statesOfStatus,
  type Access,
  type Campaign,
  type CampaignChanges,
  type Funder,
  type Sms,
} from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { campaignView, planView, statesOf } from './campaign-view.js';
import { buyerFields, buyerOf } from './buyer.js';
import { idOf, pageFields, pageRange, pageView, text, time } from './fields.js';
import { messageView } from './message-view.js';

const scope = 'campaigns';

/** Lengths, numbers and ids are the core's to judge. */
const settings = {
  sender_id: z.string().optional(),
  group_ids: z.array(z.string()).optional(),
  segment_ids: z.array(z.string()).optional(),
  numbers: z.array(z.string()).optional(),
  lane: z.enum(laneNames).optional(),
  scheduled_at: time.nullable().optional(),
  segments_per_second: z.int().nullable().optional(),
  validity_seconds: z.int().min(1).max(31_536_000).nullable().optional(),
};
type Settings = z.output<z.ZodObject<typeof settings>> & { name?: string | undefined; message?: string | undefined };

const changesOf = (body: Settings): CampaignChanges => ({
  name: body.name,
  text: body.message,
  senderId: body.sender_id,
  groupIds: body.group_ids,
  segmentIds: body.segment_ids,
  numbers: body.numbers,
  lane: body.lane,
  scheduledAt: body.scheduled_at,
  segmentsPerSecond: body.segments_per_second,
  validityMs: body.validity_seconds && body.validity_seconds * 1_000,
});

/** What is done when there is not enough credit for a campaign: refuse it, or have a phone asked to pay for the rest. */
const funding = {
  on_shortfall: z.enum(['refuse', 'request_payment']).optional(),
  ...buyerFields,
  phone: buyerFields.phone.optional(),
};
type Funding = z.output<z.ZodObject<typeof funding>>;

const campaignId = (params: Readonly<Record<string, string>>): string => idOf(params, 'uuid', 'campaign');

const list = endpoint({
  method: 'GET',
  path: '/campaigns',
  summary: 'List campaigns, newest first',
  scope,
  query: z.strictObject({
    ...pageFields,
    status: z.enum(['draft', 'sending', 'completed', 'cancelled']).optional(),
    search: text(100).optional(),
  }),
  async handle({ query, access }, sms) {
    const filter = { states: query.status && statesOf(query.status), search: query.search };
    const { campaigns, total } = await sms.campaigns.list(access.accountId, filter, pageRange(query));
    return success(pageView(query, campaigns.map(briefView), total));
  },
});

const create = endpoint({
  method: 'POST',
  path: '/campaigns',
  summary: 'Make a draft, and count what it comes to',
  scope,
  body: z.strictObject({ name: z.string(), message: z.string(), ...settings }),
  async handle(request, sms) {
    const { body, access } = request;
    const wanted = { ...changesOf(body), name: body.name, text: body.message };
    return answerOnce(sms, request, async () => campaignView(await sms.campaigns.create(access.accountId, wanted)));
  },
});

const get = endpoint({
  method: 'GET',
  path: '/campaigns/{uuid}',
  summary: 'Get a campaign, with how far it has come',
  scope,
  async handle({ params, access }, sms) {
    const { campaign, progress } = await sms.campaigns.get(access.accountId, campaignId(params));
    return success(campaignView(campaign, progress));
  },
});

const updates = (['PUT', 'PATCH'] as const).map((method) =>
  endpoint({
    method,
    path: '/campaigns/{uuid}',
    summary: 'Change a draft, and count again; fields that are not given stay',
    scope,
    body: z.strictObject({ name: z.string().optional(), message: z.string().optional(), ...settings }),
    async handle({ params, body, access }, sms) {
      return success(campaignView(await sms.campaigns.update(access.accountId, campaignId(params), changesOf(body))));
    },
  }),
);

const remove = endpoint({
  method: 'DELETE',
  path: '/campaigns/{uuid}',
  summary: 'Delete a draft',
  scope,
  async handle({ params, access }, sms) {
    await sms.campaigns.delete(access.accountId, campaignId(params));
    return success({ deleted: true });
  },
});

const plan = endpoint({
  method: 'POST',
  path: '/campaigns/{uuid}/plan',
  summary: 'Freeze audience, texts, segments and price for a day',
  scope,
  async handle(request, sms) {
    const id = campaignId(request.params);
    return answerOnce(sms, request, async () => planView(await sms.campaigns.plan(request.access.accountId, id)));
  },
});

const send = endpoint({
  method: 'POST',
  path: '/campaigns/{uuid}/send',
  summary: 'Hold the price and send, now or at its time; with a plan exactly what was planned',
  scope,
  body: z.strictObject({ plan_id: z.string().optional(), ...funding }),
  emptyBody: {},
  async handle(request, sms) {
    const { access, body } = request;
    const id = campaignId(request.params);
    const options = { planId: body.plan_id, fundedBy: funderOf(body, access) };
    return answerOnce(sms, request, () => shown(sms, request, sms.campaigns.send(access.accountId, id, options)));
  },
});

/** Who is asked to pay when credit is missing; undefined when nobody is. */
function funderOf({ on_shortfall: onShortfall, phone, ...buyer }: Funding, { scopes }: Access): Funder | undefined {
  if (onShortfall !== 'request_payment') {
    if ((phone ?? buyer.name ?? buyer.email ?? buyer.provider) === undefined) return undefined;
    throw new SmsError('invalid_request', 'phone, name, email and provider are for on_shortfall request_payment alone');
  }
  if (phone === undefined)
    throw new SmsError('invalid_request', 'phone is required: whose phone is to be asked to pay?');
  if (!scopes.includes('payments')) throw new SmsError('scope_missing', 'token lacks required scope: payments');
  return buyerOf({ phone, ...buyer });
}

/** In a list without its single numbers, of which there may be ten thousand. */
function briefView(campaign: Campaign): object {
  const { numbers: _, ...brief } = campaignView(campaign);
  return brief;
}

/** What can be done to a campaign that was sent. */
const steps = {
  pause: 'Let nothing more leave',
  resume: 'Go on where it was paused',
  cancel: 'End it: what no operator has is taken back, and its credit given back',
} as const;

const steering = (Object.keys(steps) as (keyof typeof steps)[]).map((step) =>
  endpoint({
    method: 'POST',
    path: `/campaigns/{uuid}/${step}`,
    summary: steps[step],
    scope,
    async handle(request, sms) {
      const id = campaignId(request.params);
      return answerOnce(sms, request, () => shown(sms, request, sms.campaigns[step](request.access.accountId, id)));
    },
  }),
);

/** A campaign after a step, with how far it has come by then. */
async function shown(
  sms: Sms,
  { access }: { access: { accountId: string } },
  stepped: Promise<Campaign>,
): Promise<object> {
  const { id } = await stepped;
  const { campaign, progress } = await sms.campaigns.get(access.accountId, id);
  return campaignView(campaign, progress);
}

const duplicate = endpoint({
  method: 'POST',
  path: '/campaigns/{uuid}/duplicate',
  summary: 'Make a draft of the same',
  scope,
  async handle(request, sms) {
    const id = campaignId(request.params);
    const { accountId } = request.access;
    return answerOnce(sms, request, async () => campaignView(await sms.campaigns.duplicate(accountId, id)));
  },
});

const messages = endpoint({
  method: 'GET',
  path: '/campaigns/{uuid}/messages',
  summary: 'List the messages of a campaign, newest first',
  scope,
  query: z.strictObject({ ...pageFields, status: z.enum(messageStatuses).optional() }),
  async handle({ params, query, access }, sms) {
    const { messages: found, total } = await sms.campaigns.messages(
      access.accountId,
      campaignId(params),
      { states: query.status && statesOfStatus(query.status) },
      pageRange(query),
    );
    return success(pageView(query, found.map(messageView), total));
  },
});

export const campaignEndpoints: readonly Endpoint[] = [
  list,
  create,
  get,
  ...updates,
  remove,
  plan,
  send,
  ...steering,
  duplicate,
  messages,
];
