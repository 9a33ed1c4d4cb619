import type { AccountSenderId } from '@ujumbe/core';
import { optionalTimeView, timeView } from './fields.js';

const statuses: Readonly<Record<AccountSenderId['state'], string>> = {
  draft: 'pending',
  submitted: 'pending',
  info_needed: 'pending',
  approved: 'approved',
  rejected: 'rejected',
  suspended: 'suspended',
};

export const senderStatus = (state: AccountSenderId['state']): string => statuses[state];

/** A request for a sender ID; source: contracts/mifumo.md §3.6 and §6.8. */
export const requestView = (sender: AccountSenderId): object => ({
  request_id: sender.id,
  sender_id: sender.name,
  status: senderStatus(sender.state),
  use_case: sender.purpose,
  created_at: timeView(sender.createdAt),
  reviewed_at: optionalTimeView(sender.decidedAt),
  rejection_reason: sender.decisionReason,
  request_type: 'custom',
});
