import { SmsError } from '../errors.js';
import { resolveSender } from '../messaging/prepare-messages.js';
import { type Campaign, type CampaignChanges, type NewCampaign } from './campaign.js';
import { assertDraft, campaignOf, changedMeanwhile, type CampaignDeps } from './campaign-deps.js';
import { deleteCampaign, insertCampaign, rewriteCampaign } from './campaign.store.js';
import { readCampaign } from './read-campaign.js';
import { takeSnapshot } from './take-snapshot.js';

const nobody = { groupIds: [], segmentIds: [], numbers: [] };
const longestName = 100;

/** As `Campaigns.create`. */
export async function createCampaign(deps: CampaignDeps, accountId: string, wanted: NewCampaign): Promise<Campaign> {
  const { database, clock, ids, policies } = deps;
  const policy = await policies.fresh(accountId);
  const nowMs = clock.now();
  const read = readCampaign(wanted, { audience: nobody }, { country: policy.account.country, nowMs });
  if (read.name === undefined || read.text === undefined) {
    throw new SmsError('invalid_request', 'name and message are required');
  }
  const draft: Omit<Campaign, 'estimate'> = {
    id: ids.next(),
    accountId,
    name: read.name,
    text: read.text,
    senderId: resolveSender(policy, wanted.senderId).id,
    lane: read.lane ?? 'promotional',
    audience: read.audience ?? nobody,
    scheduledAt: read.scheduledAt ?? null,
    segmentsPerSecond: read.segmentsPerSecond ?? null,
    validityMs: read.validityMs ?? null,
    state: 'draft',
    reason: null,
    revision: 1,
    plan: null,
    holdId: null,
    listId: null,
    paymentId: null,
    awaits: null,
    createdAt: nowMs,
    updatedAt: nowMs,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
  };
  const campaign = { ...draft, estimate: await takeSnapshot(deps, draft) };
  await database.commit([insertCampaign(campaign)]);
  return campaign;
}

/** As `Campaigns.update`. */
export async function updateCampaign(
  deps: CampaignDeps,
  accountId: string,
  campaignId: string,
  changes: CampaignChanges,
): Promise<Campaign> {
  const { database, clock, policies } = deps;
  const before = await database.read((tx) => campaignOf(tx, accountId, campaignId));
  assertDraft(before);
  const policy = await policies.fresh(accountId);
  const nowMs = clock.now();
  const draft: Campaign = {
    ...before,
    ...readCampaign(changes, before, { country: policy.account.country, nowMs }),
    ...(changes.senderId === undefined ? {} : { senderId: resolveSender(policy, changes.senderId).id }),
    reason: null,
    updatedAt: nowMs,
  };
  const after = { ...draft, estimate: await takeSnapshot(deps, draft) };
  try {
    await database.commit([rewriteCampaign(before, after)]);
  } catch (error) {
    throw changedMeanwhile(error);
  }
  return { ...after, revision: before.revision + 1 };
}

/** As `Campaigns.delete`. The lists of its plans are taken out by housekeeping. */
export async function deleteDraft(deps: CampaignDeps, accountId: string, campaignId: string): Promise<void> {
  const campaign = await deps.database.read((tx) => campaignOf(tx, accountId, campaignId));
  assertDraft(campaign);
  try {
    await deps.database.commit([deleteCampaign(campaign)]);
  } catch (error) {
    throw changedMeanwhile(error);
  }
}

/** As `Campaigns.duplicate`. */
export async function duplicateCampaign(deps: CampaignDeps, accountId: string, campaignId: string): Promise<Campaign> {
  const { name, ...of } = await deps.database.read((tx) => campaignOf(tx, accountId, campaignId));
  const { audience } = of;
  const suffix = ' (copy)';
  return createCampaign(deps, accountId, {
    name: `${name.slice(0, longestName - suffix.length)}${suffix}`,
    text: of.text,
    senderId: of.senderId,
    ...audience,
    lane: of.lane,
    segmentsPerSecond: of.segmentsPerSecond,
    validityMs: of.validityMs,
  });
}
