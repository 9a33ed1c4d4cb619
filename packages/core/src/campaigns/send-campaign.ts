import { expectVersions } from '../accounts/account.store.js';
import { SmsError } from '../errors.js';
import type { Reservation } from '../ledger/reservation.js';
import { closeReservation, findReservation, reserve } from '../ledger/reservation.store.js';
import { writeTogether, type Attached } from '../messaging/attached.store.js';
import type { SendList } from '../messaging/lists/send-list.js';
import { shortfall, startList } from '../messaging/lists/start-list.js';
import { resolveSender } from '../messaging/prepare-messages.js';
import { CommitConflict } from '../runtime.js';
import { campaignEvent } from './campaign-event.js';
import type { Campaign, Estimate } from './campaign.js';
import { campaignOf, changedMeanwhile, type CampaignDeps } from './campaign-deps.js';
import { rewriteCampaign } from './campaign.store.js';
import { fillFrom, listOfPlan } from './plan-campaign.js';
import { takeSnapshot } from './take-snapshot.js';

/** As `Campaigns.send`. */
export async function sendCampaign(
  deps: CampaignDeps,
  accountId: string,
  campaignId: string,
  { planId }: { planId?: string | undefined } = {},
): Promise<Campaign> {
  const { database, clock } = deps;
  const campaign = await database.read((tx) => campaignOf(tx, accountId, campaignId));
  if (campaign.state !== 'draft') throw new SmsError('conflict', 'this campaign was sent already');
  if (planId !== undefined) {
    const list = await listOfPlan(deps, campaign, planId);
    return startFrom(deps, campaign, list, campaign.plan ?? campaign.estimate);
  }
  const isLater = campaign.scheduledAt !== null && campaign.scheduledAt > clock.now();
  if (isLater) return scheduleCampaign(deps, campaign);
  const { list, estimate } = await fillFrom(deps, campaign);
  return startFrom(deps, campaign, list, estimate);
}

/** Starts a campaign whose time has come, from those who are in its audience now. */
export async function startDue(deps: CampaignDeps, campaign: Campaign): Promise<void> {
  const { list, estimate } = await fillFrom(deps, campaign);
  await startFrom(deps, campaign, list, estimate);
}

/** Holds the price of the list and lets it be sent, now or at the campaign's time; all in one commit. */
async function startFrom(
  deps: CampaignDeps,
  campaign: Campaign,
  list: SendList,
  { recipients, segments, cost, histogram, leftOut, at }: Estimate,
): Promise<Campaign> {
  const nowMs = deps.clock.now();
  const startsAt = Math.max(campaign.scheduledAt ?? nowMs, nowMs);
  const isNow = startsAt <= nowMs;
  const after: Campaign = {
    ...campaign,
    state: isNow ? 'sending' : 'scheduled',
    reason: null,
    estimate: { recipients, segments, cost, histogram, leftOut, at },
    holdId: null,
    listId: list.id,
    queuedAt: campaign.queuedAt ?? nowMs,
    startedAt: isNow ? nowMs : null,
    updatedAt: nowMs,
  };
  const given = await returnHold(deps, campaign);
  const attached: Attached = {
    statements: [...(given.statements ?? []), rewriteCampaign(campaign, after)],
    transfers: given.transfers ?? [],
    events: isNow ? [campaignEvent('campaign.started', after, nowMs)] : [],
  };
  try {
    await startList(deps, list, { at: startsAt, attached });
  } catch (error) {
    throw changedMeanwhile(error);
  }
  return { ...after, revision: campaign.revision + 1 };
}

/**
 * Holds what a campaign would cost now until its time comes. Then its audience is looked at again, and what is held
 * becomes what it really costs.
 */
async function scheduleCampaign(deps: CampaignDeps, campaign: Campaign): Promise<Campaign> {
  const { database, clock, ids, policies, eventsReady } = deps;
  const { accountId } = campaign;
  const policy = await policies.fresh(accountId);
  if (policy.account.state !== 'active') {
    throw new SmsError('account_suspended', 'this account is suspended; ask for it to be resumed');
  }
  resolveSender(policy, campaign.senderId);
  const estimate = await takeSnapshot(deps, campaign);
  if (estimate.recipients === 0) throw new SmsError('invalid_request', 'there is nobody to send to');
  const at = clock.now();
  const holdId = ids.next();
  const after: Campaign = {
    ...campaign,
    state: 'scheduled',
    reason: null,
    estimate,
    holdId,
    queuedAt: at,
    updatedAt: at,
  };
  const { account } = policy;
  try {
    await database.commit([
      expectVersions(database.kind, [{ accountId, version: account.version }]),
      rewriteCampaign(campaign, after),
      ...writeTogether(database.kind, ids, [reserve({ subjectId: holdId, accountId, amount: estimate.cost, at })]),
    ]);
  } catch (error) {
    if (!(error instanceof CommitConflict) || !error.on.includes('sms_balances_available')) {
      throw changedMeanwhile(error);
    }
    throw await shortfall(database, { accountId, cost: estimate.cost });
  }
  eventsReady.raise();
  return { ...after, revision: campaign.revision + 1 };
}

/** What gives back the credit that a campaign held for its time. */
export async function returnHold(deps: CampaignDeps, { holdId }: Campaign): Promise<Attached> {
  if (holdId === null) return {};
  const held: Reservation | undefined = await deps.database.read((tx) => findReservation(tx, holdId));
  return held?.closedAt === null ? closeReservation(held, deps.clock.now()) : {};
}
