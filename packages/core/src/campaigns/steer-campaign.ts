import { SmsError } from '../errors.js';
import { writeTogether, type Attached } from '../messaging/attached.store.js';
import { cancelList, pauseList, resumeList } from '../messaging/lists/change-list.js';
import { releaseCancelled } from '../messaging/lists/release-cancelled.js';
import type { SendList } from '../messaging/lists/send-list.js';
import { findList } from '../messaging/lists/send-list.store.js';
import { findProgress } from '../messaging/lists/send-progress.store.js';
import { campaignEvent } from './campaign-event.js';
import type { Campaign, CampaignState } from './campaign.js';
import { campaignOf, changedMeanwhile, type CampaignDeps } from './campaign-deps.js';
import { rewriteCampaign } from './campaign.store.js';
import { returnHold } from './return-hold.js';

/** As `Campaigns.pause`. */
export async function pauseCampaign(deps: CampaignDeps, accountId: string, campaignId: string): Promise<Campaign> {
  const campaign = await inState(
    deps,
    accountId,
    campaignId,
    'sending',
    'only a campaign that is being sent is paused',
  );
  const nowMs = deps.clock.now();
  return step(deps, campaign, { state: 'paused', reason: null }, 'campaign.paused', (list) => pauseList(list, nowMs));
}

/** As `Campaigns.resume`. */
export async function resumeCampaign(deps: CampaignDeps, accountId: string, campaignId: string): Promise<Campaign> {
  const campaign = await inState(deps, accountId, campaignId, 'paused', 'only a paused campaign is resumed');
  const nowMs = deps.clock.now();
  const resumed = await step(deps, campaign, { state: 'sending', reason: null }, 'campaign.resumed', (list) =>
    resumeList(list, nowMs),
  );
  deps.listsReady.raise();
  return resumed;
}

/** As `Campaigns.cancel`. */
export async function cancelCampaign(deps: CampaignDeps, accountId: string, campaignId: string): Promise<Campaign> {
  const { database, clock } = deps;
  const campaign = await database.read((tx) => campaignOf(tx, accountId, campaignId));
  if (campaign.state === 'completed' || campaign.state === 'cancelled') {
    throw new SmsError('conflict', `this campaign is ${campaign.state} already`);
  }
  const nowMs = clock.now();
  const held = await returnHold(deps, campaign);
  const change = { state: 'cancelled', reason: null, holdId: null, awaits: null, endedAt: nowMs } as const;
  const ofList = (list: SendList): Attached => cancelList(list, nowMs);
  const cancelled = await step(deps, campaign, change, 'campaign.cancelled', ofList, held);
  const { listId: id } = campaign;
  if (id !== null) await releaseCancelled(deps, { id, accountId });
  return cancelled;
}

async function inState(
  { database }: CampaignDeps,
  accountId: string,
  campaignId: string,
  state: CampaignState,
  otherwise: string,
): Promise<Campaign> {
  const campaign = await database.read((tx) => campaignOf(tx, accountId, campaignId));
  if (campaign.state !== state) throw new SmsError('conflict', otherwise);
  return campaign;
}

/** A step of the campaign and of its list, if it has one, in one commit. */
async function step(
  deps: CampaignDeps,
  campaign: Campaign,
  change: Partial<Campaign>,
  event: Parameters<typeof campaignEvent>[0],
  ofList: (list: SendList) => Attached,
  beside: Attached = {},
): Promise<Campaign> {
  const { database, clock, ids, eventsReady } = deps;
  const nowMs = clock.now();
  const after: Campaign = { ...campaign, ...change, updatedAt: nowMs };
  const { listId } = campaign;
  const [list, progress] = await database.read(async (tx) => [
    listId === null ? undefined : await findList(tx, listId),
    (await findProgress(tx, [campaign.id])).get(campaign.id),
  ]);
  try {
    await database.commit(
      writeTogether(database.kind, ids, [
        { statements: [rewriteCampaign(campaign, after)], events: [campaignEvent(event, after, nowMs, progress)] },
        beside,
        ...(list ? [ofList(list)] : []),
      ]),
    );
  } catch (error) {
    throw changedMeanwhile(error);
  }
  eventsReady.raise();
  return { ...after, revision: campaign.revision + 1 };
}
