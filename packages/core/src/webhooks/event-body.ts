import type { DomainEvent, EventType, MessageState } from '../events.js';
import { toMajor } from '../ledger/money.js';
import { creditUnit } from '../ledger/transfer.js';
import { statusOfState } from '../messaging/message-status.js';

/** `messageId` → `message_id`: the canonical API writes its JSON in snake case. */
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Names that the API calls otherwise than the core does. */
const apiNames: Readonly<Record<string, string>> = {
  messageId: 'uuid',
  batchId: 'batch_uuid',
  inboundId: 'uuid',
  webhookId: 'uuid',
  paymentId: 'uuid',
  packageId: 'package_uuid',
  importId: 'uuid',
  campaignId: 'campaign_uuid',
  tenantId: 'uuid',
  senderId: 'uuid',
  fileId: 'file_uuid',
  recipient: 'to',
  sender: 'sender_id',
  state: 'state',
  segments: 'parts',
  text: 'message',
};

/** What the core counts in thousandths of a credit, and the API in credits. */
const inCredits: Readonly<Partial<Record<EventType, readonly string[]>>> = {
  'tenant.created': ['credits'],
  'credits.added': ['amount'],
  'credits.low': ['available', 'below'],
  'payment.completed': ['credits'],
  'payment.failed': ['credits'],
  'payment.expired': ['credits'],
};

/** An event as customers read it: in webhooks, in `GET /events` and in the event stream alike. */
export function renderEvent(event: DomainEvent): {
  id: string;
  cursor: string;
  type: EventType;
  timestamp: string;
  account_uuid: string;
  data: Record<string, unknown>;
} {
  const data: Record<string, unknown> = {};
  const credits = inCredits[event.type] ?? [];
  const currency = 'currency' in event.data ? event.data.currency : undefined;
  for (const [name, value] of Object.entries(event.data)) {
    // An MO is from a handset to a sender ID: the other way round.
    const isInbound = event.type === 'message.received';
    if (isInbound && name === 'sender') data.from = value;
    else data[apiNames[name] ?? snake(name)] = value;
    if (name === 'state' && event.type.startsWith('message.')) data.status = statusOfState(value as MessageState);
    if (credits.includes(name)) data[name] = Number(value) / creditUnit;
    if (name === 'amount' && currency !== undefined) data.amount = toMajor(Number(value), currency);
  }
  return {
    id: event.id,
    cursor: event.cursor,
    type: event.type,
    timestamp: new Date(event.at).toISOString(),
    account_uuid: event.accountId,
    data,
  };
}
