import { writeTogether } from '../messaging/attached.store.js';
import { CommitConflict } from '../runtime.js';
import { campaignEvent } from './campaign-event.js';
import type { Campaign } from './campaign.js';
import type { CampaignDeps } from './campaign-deps.js';
import { rewriteCampaign } from './campaign.store.js';
import { returnHold } from './return-hold.js';

/** A campaign cannot start as it is: its owner is told why, has the credit back, and may send it again. */
export async function giveBack(deps: CampaignDeps, campaign: Campaign, reason: string): Promise<void> {
  const { database, clock, ids, eventsReady } = deps;
  const nowMs = clock.now();
  const draft: Campaign = {
    ...campaign,
    state: 'draft',
    reason,
    holdId: null,
    awaits: null,
    queuedAt: null,
    updatedAt: nowMs,
  };
  const given = await returnHold(deps, campaign);
  try {
    await database.commit(
      writeTogether(database.kind, ids, [
        given,
        {
          statements: [rewriteCampaign(campaign, draft)],
          events: [campaignEvent('campaign.failed', draft, nowMs)],
        },
      ]),
    );
  } catch (error) {
    // Somebody cancelled it just now, or another process was faster.
    if (!(error instanceof CommitConflict)) throw error;
  }
  eventsReady.raise();
}
