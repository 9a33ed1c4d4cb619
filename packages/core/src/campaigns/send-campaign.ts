import { expectVersions } from '../accounts/account.store.js';
import { SmsError } from '../errors.js';
import { reserve } from '../ledger/reservation.store.js';
import { writeTogether, type Attached } from '../messaging/attached.store.js';
import type { SendList } from '../messaging/lists/send-list.js';
import { findList } from '../messaging/lists/send-list.store.js';
import { shortfall, shortfallOf, startList } from '../messaging/lists/start-list.js';
import { CommitConflict } from '../runtime.js';
import { awaitFunds } from './await-funds.js';
import { campaignEvent } from './campaign-event.js';
import type { Campaign, Estimate, SendCampaignOptions } from './campaign.js';
import { campaignOf, changedMeanwhile, type CampaignDeps } from './campaign-deps.js';
import { rewriteCampaign } from './campaign.store.js';
import { assertMaySend, makeReady, type ReadyCampaign } from './make-ready.js';
import { fillFrom } from './plan-campaign.js';
import { returnHold } from './return-hold.js';

/** As `Campaigns.send`. */
export async function sendCampaign(
  deps: CampaignDeps,
  accountId: string,
  campaignId: string,
  { planId, fundedBy }: SendCampaignOptions = {},
): Promise<Campaign> {
  const campaign = await deps.database.read((tx) => campaignOf(tx, accountId, campaignId));
  if (campaign.state !== 'draft') throw notDraft(campaign);
  const ready = await makeReady(deps, campaign, planId);
  try {
    return await start(deps, ready);
  } catch (error) {
    const missing = shortfallOf(error);
    if (missing === 0 || fundedBy === undefined) throw error;
    return awaitFunds(deps, ready, missing, fundedBy);
  }
}

function notDraft({ state, paymentId }: Campaign): SmsError {
  if (state !== 'awaiting_funds') return new SmsError('conflict', 'this campaign was sent already');
  return new SmsError('conflict', 'this campaign waits for its payment already', {
    details: { payment_uuid: paymentId },
  });
}

/** Starts a campaign whose time has come, from those who are in its audience now. */
export async function startDue(deps: CampaignDeps, campaign: Campaign): Promise<void> {
  await start(deps, { campaign, ...(await fillFrom(deps, campaign)) });
}

/** Starts a campaign that waited for credit as it was priced then, or holds its credit until its time. */
export async function startFunded(deps: CampaignDeps, campaign: Campaign): Promise<void> {
  const { estimate, awaits } = campaign;
  const listId = awaits?.listId ?? null;
  const list = listId === null ? null : await deps.database.read((tx) => findList(tx, listId));
  if (list === undefined) throw new Error('The list of a campaign that waits is gone.');
  await start(deps, { campaign, list, estimate });
}

const start = (deps: CampaignDeps, { campaign, list, estimate }: ReadyCampaign): Promise<Campaign> =>
  list ? startFrom(deps, campaign, list, estimate) : holdUntilDue(deps, campaign, estimate);

/** Holds the price of the list and lets it be sent, now or at the campaign's time; all in one commit. */
async function startFrom(
  deps: CampaignDeps,
  campaign: Campaign,
  list: SendList,
  estimate: Estimate,
): Promise<Campaign> {
  const nowMs = deps.clock.now();
  const startsAt = Math.max(campaign.scheduledAt ?? nowMs, nowMs);
  const isNow = startsAt <= nowMs;
  const after: Campaign = {
    ...campaign,
    state: isNow ? 'sending' : 'scheduled',
    reason: null,
    estimate,
    holdId: null,
    listId: list.id,
    awaits: null,
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
async function holdUntilDue(deps: CampaignDeps, campaign: Campaign, estimate: Estimate): Promise<Campaign> {
  const { database, clock, ids, eventsReady } = deps;
  const { accountId } = campaign;
  const { version } = await assertMaySend(deps, campaign);
  const at = clock.now();
  const holdId = ids.next();
  const after: Campaign = {
    ...campaign,
    state: 'scheduled',
    reason: null,
    estimate,
    holdId,
    awaits: null,
    queuedAt: at,
    updatedAt: at,
  };
  try {
    await database.commit([
      expectVersions(database.kind, [{ accountId, version }]),
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
