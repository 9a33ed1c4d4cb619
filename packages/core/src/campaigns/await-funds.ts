import { SmsError } from '../errors.js';
import { writeTogether } from '../messaging/attached.store.js';
import { changeListState } from '../messaging/lists/send-list.store.js';
import { campaignEvent } from './campaign-event.js';
import type { Campaign } from './campaign.js';
import { changedMeanwhile, type CampaignDeps } from './campaign-deps.js';
import { countedOnByWaiting, rewriteCampaign } from './campaign.store.js';
import type { Funder } from './funding.js';
import { giveBack } from './give-back.js';
import type { ReadyCampaign } from './make-ready.js';

/**
 * Has somebody asked to pay for what a campaign lacks, and lets it wait for that. The campaign is waiting before the
 * phone is asked, in the commit of the payment, so that neither is without the other whatever happens in between.
 * Nothing is held; the list it will be sent from is kept as it was priced.
 *
 * @param shortfall what it lacks of the balance as it is
 */
export async function awaitFunds(
  deps: CampaignDeps,
  { campaign, list, estimate }: ReadyCampaign,
  shortfall: number,
  funder: Funder,
): Promise<Campaign> {
  const { database, clock, ids, eventsReady } = deps;
  const { accountId } = campaign;
  // Those that wait already count on what is there beside their payments.
  const missing = shortfall + (await database.read((tx) => countedOnByWaiting(tx, accountId)));
  const nowMs = clock.now();
  const waiting = (paymentId: string): Campaign => ({
    ...campaign,
    state: 'awaiting_funds',
    reason: null,
    estimate,
    paymentId,
    awaits: { credits: estimate.cost, listId: list?.id ?? null },
    updatedAt: nowMs,
  });
  const stored = (paymentId: string): Campaign => ({ ...waiting(paymentId), revision: campaign.revision + 1 });
  try {
    const paymentId = await deps.requestFunds(accountId, missing, funder, (id) =>
      writeTogether(database.kind, ids, [
        {
          statements: [
            rewriteCampaign(campaign, waiting(id)),
            // It is still there, and is kept for as long as a wait lasts.
            ...(list ? [changeListState(list.id, ['ready'], { state: 'ready', at: nowMs })] : []),
          ],
          events: [campaignEvent('campaign.awaiting_funds', waiting(id), nowMs)],
        },
      ]),
    );
    eventsReady.raise();
    return stored(paymentId);
  } catch (error) {
    // The wallet would not ask: there is nothing to wait for.
    const refused = error instanceof SmsError ? error.details?.payment_uuid : undefined;
    if (typeof refused === 'string') await giveBack(deps, stored(refused), 'payment_failed');
    throw changedMeanwhile(error);
  }
}
