import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { ListDeps } from '../messaging/lists/list-deps.js';
import { CommitConflict, type Transaction } from '../runtime.js';
import { findCampaign, sameCampaign } from './campaign.store.js';
import type { Campaign } from './campaign.js';
import type { AudienceDeps } from './walk-audience.js';

/** What campaigns need of the platform. */
export type CampaignDeps = ListDeps & AudienceDeps;

/** @throws SmsError `not_found`, also for another account's */
export async function campaignOf(tx: Transaction, accountId: string, id: string): Promise<Campaign> {
  const campaign = isUuid(id) && isUuid(accountId) ? await findCampaign(tx, accountId, id) : undefined;
  if (!campaign) throw new SmsError('not_found', 'campaign not found');
  return campaign;
}

/** @throws SmsError `conflict` */
export function assertDraft({ state }: Campaign): void {
  if (state !== 'draft') throw new SmsError('conflict', 'this campaign is no draft any more; duplicate it');
}

/** Says in words that a campaign was not as it had been read. */
export function changedMeanwhile(error: unknown): unknown {
  if (!(error instanceof CommitConflict)) return error;
  const [on, sentence] =
    error.on === sameCampaign
      ? [error.on, 'this campaign was changed or sent meanwhile; look at it and ask again']
      : [error.on, 'this campaign has just moved on; look at it and ask again'];
  return new SmsError('conflict', sentence, { cause: new Error(on, { cause: error }) });
}
