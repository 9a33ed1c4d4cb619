import { SmsError } from '../errors.js';
import { openList } from '../messaging/lists/fill-list.js';
import type { SendList } from '../messaging/lists/send-list.js';
import { findList, listSums } from '../messaging/lists/send-list.store.js';
import type { SendingPolicy } from '../messaging/sending-policy.js';
import {
  planValidMs,
  type Campaign,
  type Estimate,
  type Plan,
  type PlanChange,
  type PlannedParts,
} from './campaign.js';
import { assertDraft, campaignOf, changedMeanwhile, type CampaignDeps } from './campaign-deps.js';
import { rewriteCampaign } from './campaign.store.js';
import { commonTextOf, takeSnapshot } from './take-snapshot.js';

/**
 * Writes down whom a campaign goes to now, with what and at what price. A process that dies half-way leaves a list that
 * is never sent.
 *
 * @throws SmsError `invalid_request` when there is nobody to send to, and what a draft is refused with
 */
export async function fillFrom(
  deps: CampaignDeps,
  campaign: Campaign,
): Promise<{ list: SendList; estimate: Estimate }> {
  const fill = await openList(deps, {
    accountId: campaign.accountId,
    owner: { kind: 'campaign', id: campaign.id },
    senderId: campaign.senderId,
    text: commonTextOf(campaign),
    lane: campaign.lane,
    validityMs: campaign.validityMs ?? undefined,
    segmentsPerSecond: campaign.segmentsPerSecond ?? undefined,
  });
  const estimate = await takeSnapshot(deps, campaign, (rows) => fill.addPriced(rows));
  return { list: await fill.seal(), estimate };
}

const partsOf = (campaign: PlannedParts): PlannedParts => ({
  text: campaign.text,
  senderId: campaign.senderId,
  audience: campaign.audience,
  lane: campaign.lane,
  segmentsPerSecond: campaign.segmentsPerSecond,
  validityMs: campaign.validityMs,
});

/** As `Campaigns.plan`. */
export async function planCampaign(deps: CampaignDeps, accountId: string, campaignId: string): Promise<Plan> {
  const { database, clock } = deps;
  const campaign = await database.read((tx) => campaignOf(tx, accountId, campaignId));
  assertDraft(campaign);
  const { list, estimate } = await fillFrom(deps, campaign);
  const nowMs = clock.now();
  const plan: Plan = { ...estimate, id: list.id, expiresAt: nowMs + planValidMs, of: partsOf(campaign) };
  try {
    await database.commit([rewriteCampaign(campaign, { ...campaign, estimate, plan, updatedAt: nowMs })]);
  } catch (error) {
    throw changedMeanwhile(error);
  }
  return plan;
}

/**
 * The list of a plan, if it may be sent as it was planned.
 *
 * @throws SmsError `not_found` when the campaign has no such plan, `conflict` with `details.changed` when something is
 *   not as it was planned
 */
export async function listOfPlan(deps: CampaignDeps, campaign: Campaign, planId: string): Promise<SendList> {
  const { database, clock, policies } = deps;
  const { plan } = campaign;
  const list = await database.read((tx) => findList(tx, planId));
  if (list?.owner.id !== campaign.id) throw new SmsError('not_found', 'this campaign has no such plan');
  if (plan?.id !== planId || clock.now() >= plan.expiresAt || list.state !== 'ready') {
    throw new SmsError('conflict', 'this plan is over; make a new one', { details: { changed: ['plan'] } });
  }
  const policy = await policies.fresh(campaign.accountId);
  const changed = changesSince(plan.of, campaign, policy);
  if (await pricesChanged(deps, list, policy)) changed.push('price');
  if (changed.length === 0) return list;
  throw new SmsError('conflict', `since it was planned, ${changed.join(', ')} changed; make a new plan`, {
    details: { changed },
  });
}

function changesSince(planned: PlannedParts, now: PlannedParts, { senders }: SendingPolicy): PlanChange[] {
  const differs = (...names: (keyof PlannedParts)[]): boolean =>
    names.some((name) => JSON.stringify(planned[name]) !== JSON.stringify(now[name]));
  const isApproved = senders.some(({ id, state }) => id === planned.senderId && state === 'approved');
  const changed: [PlanChange, boolean][] = [
    ['audience', differs('audience')],
    ['texts', differs('text')],
    ['sender', differs('senderId') || !isApproved],
    ['settings', differs('lane', 'segmentsPerSecond', 'validityMs')],
  ];
  return changed.filter(([, hasChanged]) => hasChanged).map(([part]) => part);
}

/** Prices go by the first seven digits of a number: what begins with the same is priced together. */
async function pricesChanged({ database }: CampaignDeps, list: SendList, { prices }: SendingPolicy): Promise<boolean> {
  const sums = await database.read((tx) => listSums(tx, list.id));
  return sums.some(({ prefix, segments, cost }) => segments * prices.perSegment(prefix) !== cost);
}
