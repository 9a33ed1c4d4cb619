import {
  statusOfState,
  type AcceptedMessage,
  type Message,
  type MessageDispute,
  type RejectedItem,
  type SendResult,
} from '@ujumbe/core';
import { creditsView, optionalTimeView, timeView } from './fields.js';

/** What a message and the answer to a send have in common. */
type Shown = Omit<Message, 'history' | 'holdState' | 'route'>;

/** A message on the wire: the contract's seven fields first, then ours. */
export function messageView(message: Shown): Record<string, unknown> {
  const { errorCode, errorDetail } = message;
  return {
    uuid: message.id,
    to: message.recipient,
    message: message.text,
    sender_id: message.sender,
    status: statusOfState(message.state),
    parts: message.segments,
    created_at: timeView(message.createdAt),
    state: message.state,
    encoding: message.encoding,
    cost: creditsView(message.cost),
    client_ref: message.clientRef,
    lane: message.lane,
    resend_of: message.resendOf,
    campaign_uuid: message.campaignId,
    file_uuid: message.fileId,
    scheduled_at: optionalTimeView(message.scheduledAt),
    expires_at: timeView(message.expiresAt),
    sent_at: optionalTimeView(message.submittedAt),
    delivered_at: message.state === 'delivered' ? optionalTimeView(message.finalAt) : null,
    error: errorDetail ?? errorCode?.replaceAll('_', ' ') ?? null,
    error_code: errorCode,
  };
}

/** Whose word a step was taken on. Any other source is the name of a way out, which is the platform's own matter. */
const sources: readonly string[] = ['api', 'campaign', 'file', 'receipt', 'timeout', 'cancel'];

/** A message with the steps of its life, which are timed to the millisecond. */
export function messageWithHistory(message: Message, disputes: readonly MessageDispute[]): Record<string, unknown> {
  return {
    ...messageView(message),
    history: message.history.map(({ state, at, source }) => ({
      state,
      status: statusOfState(state),
      at: new Date(at).toISOString(),
      source: sources.includes(source) ? source : 'operator',
    })),
    disputes: disputes.map(({ reported, at }) => ({ reported, at: new Date(at).toISOString() })),
  };
}

/** What became of each row of a batch, in the order of the rows. */
export function batchView(
  { accepted, rejected }: Pick<SendResult, 'accepted' | 'rejected'>,
  clientRefs: readonly (string | undefined)[],
): object {
  const messages = [...accepted.map(acceptedRow), ...rejected.map((item) => rejectedRow(item, clientRefs[item.index]))];
  messages.sort((a, b) => a.index - b.index);
  return { accepted: accepted.length, rejected: rejected.length, messages };
}

interface Row {
  index: number;
  [field: string]: unknown;
}

const acceptedRow = (message: AcceptedMessage): Row => ({
  index: message.index,
  uuid: message.id,
  to: message.recipient,
  parts: message.segments,
  status: statusOfState(message.state),
  client_ref: message.clientRef,
});

const rejectedRow = ({ index, to, code, reason }: RejectedItem, clientRef: string | undefined): Row => ({
  index,
  to,
  error: reason,
  code,
  client_ref: clientRef ?? null,
});
