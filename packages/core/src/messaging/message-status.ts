import type { MessageState } from '../events.js';

/** The four words that customers' APIs fold the states to; source: contracts/mobilesasa.md §2. */
export const messageStatuses = ['queued', 'sent', 'delivered', 'failed'] as const;
export type MessageStatus = (typeof messageStatuses)[number];

const statuses: Readonly<Record<MessageState, MessageStatus>> = {
  scheduled: 'queued',
  queued: 'queued',
  submitted: 'sent',
  enroute: 'sent',
  unknown: 'sent',
  delivered: 'delivered',
  undelivered: 'failed',
  expired: 'failed',
  rejected: 'failed',
  failed: 'failed',
  blocked: 'failed',
  cancelled: 'failed',
};

export const statusOfState = (state: MessageState): MessageStatus => statuses[state];

/** The states that a status stands for. */
export const statesOfStatus = (status: MessageStatus): MessageState[] =>
  (Object.keys(statuses) as MessageState[]).filter((state) => statuses[state] === status);
