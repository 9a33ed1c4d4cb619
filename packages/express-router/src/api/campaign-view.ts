import type { Campaign, CampaignState, Estimate, ListProgress, Plan } from '@ujumbe/core';
import { creditsView, optionalTimeView, timeView } from './fields.js';

/** A campaign's state in the contract's four words. Source: contracts/mobilesasa.md §5 */
const statuses: Record<CampaignState, 'draft' | 'sending' | 'completed' | 'cancelled'> = {
  draft: 'draft',
  scheduled: 'draft',
  awaiting_funds: 'draft',
  sending: 'sending',
  paused: 'sending',
  completed: 'completed',
  cancelled: 'cancelled',
};

/** The states that a word of the contract's stands for. */
export const statesOf = (status: string): CampaignState[] =>
  (Object.keys(statuses) as CampaignState[]).filter((state) => statuses[state] === status);

/** A campaign on the wire: the contract's six fields first, then ours. */
export function campaignView(campaign: Campaign, progress: ListProgress | null = null): Record<string, unknown> {
  const { audience, estimate, plan } = campaign;
  return {
    uuid: campaign.id,
    name: campaign.name,
    status: statuses[campaign.state],
    recipient_count: estimate.recipients,
    cost_units: creditsView(estimate.cost),
    created_at: timeView(campaign.createdAt),
    state: campaign.state,
    reason: campaign.reason,
    message: campaign.text,
    sender_id: campaign.senderId,
    group_ids: audience.groupIds,
    segment_ids: audience.segmentIds,
    numbers: audience.numbers,
    lane: campaign.lane,
    segments_per_second: campaign.segmentsPerSecond,
    validity_seconds: campaign.validityMs === null ? null : campaign.validityMs / 1_000,
    ...countsView(estimate),
    plan_id: plan?.id ?? null,
    payment_uuid: campaign.paymentId,
    progress: progress && progressView(progress),
    scheduled_at: optionalTimeView(campaign.scheduledAt),
    queued_at: optionalTimeView(campaign.queuedAt),
    started_at: optionalTimeView(campaign.startedAt),
    ended_at: optionalTimeView(campaign.endedAt),
    updated_at: timeView(campaign.updatedAt),
  };
}

export const planView = (plan: Plan): Record<string, unknown> => ({
  plan_id: plan.id,
  recipient_count: plan.recipients,
  cost_units: creditsView(plan.cost),
  ...countsView(plan),
  expires_at: timeView(plan.expiresAt),
});

const countsView = ({ segments, histogram, leftOut }: Estimate): Record<string, unknown> => ({
  segments,
  segments_histogram: histogram,
  left_out: leftOut,
});

const progressView = (progress: ListProgress): Record<string, unknown> => ({
  total: progress.total,
  queued: progress.queued,
  sent: progress.sent,
  delivered: progress.delivered,
  failed: progress.failed,
  cancelled: progress.cancelled,
  skipped: progress.skipped,
  messages_per_second: progress.rate,
  seconds_left: progress.remainingMs === null ? null : Math.ceil(progress.remainingMs / 1_000),
});
