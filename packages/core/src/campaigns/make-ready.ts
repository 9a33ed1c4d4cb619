import type { Account } from '../accounts/account.js';
import { SmsError } from '../errors.js';
import type { SendList } from '../messaging/lists/send-list.js';
import { resolveSender } from '../messaging/prepare-messages.js';
import type { Campaign, Estimate } from './campaign.js';
import type { CampaignDeps } from './campaign-deps.js';
import { fillFrom, listOfPlan } from './plan-campaign.js';
import { takeSnapshot } from './take-snapshot.js';

/** A campaign that lacks nothing but its credit. */
export interface ReadyCampaign {
  campaign: Campaign;
  /** Whom it goes to; null when that is looked at again when its time comes. */
  list: SendList | null;
  estimate: Estimate;
}

/**
 * Writes down or looks up whom a campaign goes to and what that costs, unless its time is still to come.
 *
 * @throws SmsError what a campaign may be refused with, except for its credit
 */
export async function makeReady(
  deps: CampaignDeps,
  campaign: Campaign,
  planId: string | undefined,
): Promise<ReadyCampaign> {
  if (planId !== undefined) {
    const list = await listOfPlan(deps, campaign, planId);
    return { campaign, list, estimate: countsOf(campaign.plan ?? campaign.estimate) };
  }
  const isLater = campaign.scheduledAt !== null && campaign.scheduledAt > deps.clock.now();
  if (!isLater) return { campaign, ...(await fillFrom(deps, campaign)) };
  await assertMaySend(deps, campaign);
  const estimate = await takeSnapshot(deps, campaign);
  if (estimate.recipients === 0) throw new SmsError('invalid_request', 'there is nobody to send to');
  return { campaign, list: null, estimate };
}

const countsOf = ({ recipients, segments, cost, histogram, leftOut, at }: Estimate): Estimate => ({
  ...{ recipients, segments, cost, histogram, leftOut, at },
});

/** @throws SmsError `account_suspended`, `sender_unknown` and the like */
export async function assertMaySend({ policies }: CampaignDeps, { accountId, senderId }: Campaign): Promise<Account> {
  const policy = await policies.fresh(accountId);
  if (policy.account.state !== 'active') {
    throw new SmsError('account_suspended', 'this account is suspended; ask for it to be resumed');
  }
  resolveSender(policy, senderId);
  return policy.account;
}
