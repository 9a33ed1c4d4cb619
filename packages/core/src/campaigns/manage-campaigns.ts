import { listMessages } from '../messaging/message.store.js';
import { readProgress } from '../messaging/lists/read-progress.js';
import { findList } from '../messaging/lists/send-list.store.js';
import type { Campaigns } from './campaign.js';
import { campaignOf, type CampaignDeps } from './campaign-deps.js';
import { listCampaigns } from './campaign.store.js';
import { createCampaign, deleteDraft, duplicateCampaign, updateCampaign } from './draft-campaign.js';
import { planCampaign } from './plan-campaign.js';
import { sendCampaign } from './send-campaign.js';
import { cancelCampaign, pauseCampaign, resumeCampaign } from './steer-campaign.js';

/** Everything a customer does with campaigns. */
export function manageCampaigns(deps: CampaignDeps): Campaigns {
  const { database, policies } = deps;
  return {
    create: (accountId, campaign) => createCampaign(deps, accountId, campaign),
    get: (accountId, campaignId) =>
      database.read(async (tx) => {
        const campaign = await campaignOf(tx, accountId, campaignId);
        const list = campaign.listId === null ? undefined : await findList(tx, campaign.listId);
        return { campaign, progress: list ? await readProgress(tx, list) : null };
      }),
    list: async (accountId, filter, page) => {
      await policies.of(accountId);
      return database.read((tx) => listCampaigns(tx, accountId, filter, page));
    },
    update: (accountId, campaignId, changes) => updateCampaign(deps, accountId, campaignId, changes),
    delete: (accountId, campaignId) => deleteDraft(deps, accountId, campaignId),
    duplicate: (accountId, campaignId) => duplicateCampaign(deps, accountId, campaignId),
    plan: (accountId, campaignId) => planCampaign(deps, accountId, campaignId),
    send: (accountId, campaignId, options) => sendCampaign(deps, accountId, campaignId, options),
    pause: (accountId, campaignId) => pauseCampaign(deps, accountId, campaignId),
    resume: (accountId, campaignId) => resumeCampaign(deps, accountId, campaignId),
    cancel: (accountId, campaignId) => cancelCampaign(deps, accountId, campaignId),
    messages: (accountId, campaignId, { states }, page) =>
      database.read(async (tx) => {
        await campaignOf(tx, accountId, campaignId);
        return listMessages(tx, accountId, { campaignId, states }, page);
      }),
  };
}
