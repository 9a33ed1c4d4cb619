import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { ListDeps } from '../messaging/lists/list-deps.js';
import { CommitConflict, type Transaction } from '../runtime.js';
import { findCampaign } from './campaign.store.js';
import type { Campaign } from './campaign.js';
import type { RequestFunds } from './funding.js';
import type { AudienceDeps } from './walk-audience.js';

/** What campaigns need of the platform. */
export type CampaignDeps = ListDeps & AudienceDeps & { requestFunds: RequestFunds };

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

/** Says in words that a campaign or its list was not as it had been read; any other error as it is. */
export function changedMeanwhile(error: unknown): unknown {
  if (!(error instanceof CommitConflict)) return error;
  return new SmsError('conflict', 'this campaign has changed meanwhile; look at it and ask again', { cause: error });
}
