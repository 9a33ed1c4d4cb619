import type { EventType, NewEvent } from '../events.js';
import type { SendProgress } from '../messaging/lists/send-progress.js';
import type { Campaign } from './campaign.js';

/** What is told of a campaign. */
export function campaignEvent(
  type: Extract<EventType, `campaign.${string}`>,
  { id, accountId, name, state, reason, estimate }: Campaign,
  at: number,
  progress?: Pick<SendProgress, 'submitted' | 'delivered' | 'failed'>,
): NewEvent {
  return {
    type,
    accountId,
    subjectId: id,
    at,
    data: {
      campaignId: id,
      name,
      state,
      reason,
      recipientCount: estimate.recipients,
      sent: progress?.submitted ?? 0,
      delivered: progress?.delivered ?? 0,
      failed: progress?.failed ?? 0,
    },
  };
}
