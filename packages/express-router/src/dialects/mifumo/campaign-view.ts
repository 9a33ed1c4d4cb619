import type { Campaign, CampaignState, CampaignStatus } from '@ujumbe/core';
import { optionalTimeView, timeView } from './fields.js';
import { worth } from './money.js';
import type { Settings } from './settings.js';

/** The vendor's words; source: contracts/mifumo.md §9.2. */
const statuses: Readonly<Record<CampaignState, string>> = {
  draft: 'draft',
  scheduled: 'scheduled',
  awaiting_funds: 'draft',
  sending: 'running',
  paused: 'paused',
  completed: 'completed',
  cancelled: 'cancelled',
};

export const campaignStatuses = ['draft', 'scheduled', 'running', 'paused', 'completed', 'cancelled'] as const;

export const statusOf = ({ state }: Pick<Campaign, 'state'>): string => statuses[state];

export const statesOf = (status: (typeof campaignStatuses)[number]): CampaignState[] =>
  (Object.keys(statuses) as CampaignState[]).filter((state) => statuses[state] === status);

/** How far a campaign has come; what it was planned for while it has not begun. */
const countsOf = ({ campaign, progress }: CampaignStatus): Record<string, number> => ({
  total_recipients: progress?.total ?? campaign.estimate.recipients,
  sent: progress?.sent ?? 0,
  delivered: progress?.delivered ?? 0,
  failed: progress?.failed ?? 0,
});

export const campaignView = (status: CampaignStatus): Record<string, unknown> => ({
  id: status.campaign.id,
  name: status.campaign.name,
  message: status.campaign.text,
  status: statusOf(status.campaign),
  scheduled_at: optionalTimeView(status.campaign.scheduledAt),
  ...countsOf(status),
  created_at: timeView(status.campaign.createdAt),
  updated_at: timeView(status.campaign.updatedAt),
});

const rateOf = ({ progress }: CampaignStatus): number =>
  progress === null || progress.sent === 0 ? 0 : Math.round((progress.delivered / progress.sent) * 10_000) / 100;

export function campaignInFull(settings: Settings, currency: string, status: CampaignStatus): object {
  const { created_at: created, updated_at: updated, ...view } = campaignView(status);
  const cost = worth(settings, currency, status.campaign.estimate.cost);
  return {
    ...view,
    started_at: optionalTimeView(status.campaign.startedAt),
    delivery_rate: rateOf(status),
    cost: cost.amount,
    currency: cost.currency,
    created_at: created,
    updated_at: updated,
  };
}

/** What came of a campaign, at the time it is asked. */
export function analyticsView(settings: Settings, currency: string, status: CampaignStatus, nowMs: number): object {
  const { campaign, progress } = status;
  const cost = worth(settings, currency, campaign.estimate.cost);
  const { startedAt, endedAt } = campaign;
  const lastedMs = startedAt === null ? 0 : Math.max(0, (endedAt ?? nowMs) - startedAt);
  return {
    campaign_id: campaign.id,
    name: campaign.name,
    status: statusOf(campaign),
    ...countsOf(status),
    delivery_rate: rateOf(status),
    cost: cost.amount,
    currency: cost.currency,
    started_at: optionalTimeView(startedAt),
    completed_at: optionalTimeView(endedAt),
    duration_seconds: Math.round(lastedMs / 1_000),
    messages_per_second:
      lastedMs === 0 ? 0 : Math.round(((progress?.sent ?? 0) / Math.max(lastedMs, 1_000)) * 100_000) / 100,
  };
}
