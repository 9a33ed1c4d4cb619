/** What happens on the platform, as its readers (webhooks, `sms.on`, event streams) hear of it. */

/** Where a message stands; the diagram is in docs/explanation/message-states.md. */
export type MessageState =
  | 'scheduled'
  | 'queued'
  | 'submitted'
  | 'enroute'
  | 'delivered'
  | 'undelivered'
  | 'expired'
  | 'rejected'
  | 'failed'
  | 'unknown'
  | 'blocked'
  | 'cancelled';

/** A message as its events carry it. The text is left out: who needs it asks for the message. */
export interface MessageEventData {
  messageId: string;
  /** Shared by the messages of one command, when it asked for that. */
  batchId?: string;
  recipient: string;
  sender: string;
  state: MessageState;
  segments: number;
  clientRef: string | null;
  errorCode: string | null;
  /** The campaign it is a part of; absent when it is of none. */
  campaignId?: string;
  /** The uploaded file it is a row of; absent when it is of none. */
  fileId?: string;
  /** The operator's own number for what went wrong, as it wrote it; absent when it gave none. */
  upstreamError?: string;
}

/** A message from a handset. */
export interface InboundEventData {
  inboundId: string;
  sender: string;
  recipient: string;
  text: string;
}

/** A handset's owner who wants no more messages of this account. */
export interface OptOutEventData {
  phone: string;
  keyword: string;
}

/** A file of contacts whose import is over: `completed`, `failed` or `cancelled`. */
export interface ContactsImportedData {
  importId: string;
  status: string;
  fileName: string | null;
  totalRows: number;
  imported: number;
  updated: number;
  skipped: number;
  failed: number;
  /** Why it ended before the file did. */
  error: string | null;
}

/** A file of messages that stopped being sent: `paused` for now, `completed` or `cancelled` for good. */
export interface FileEventData {
  fileId: string;
  status: string;
  fileName: string | null;
  /** The rows that became messages, and those that were refused. */
  accepted: number;
  rejected: number;
  /** Why the platform paused it by itself. */
  reason: string | null;
}

/** An endpoint that failed for days or answered 410, and is asked no more. */
export interface WebhookDisabledData {
  webhookId: string;
  url: string;
  reason: string;
}

/** A partner's new customer. */
export interface TenantCreatedData {
  tenantId: string;
  name: string;
  /** What it was given to begin with. */
  credits: number;
}

/** What was decided about a sender ID that an account has asked for. */
export interface SenderIdDecidedData {
  senderId: string;
  name: string;
  /** Why it was refused. */
  reason: string | null;
}

/** Credits paid in, or given by the account's partner. */
export interface CreditsAddedData {
  amount: number;
}

/** A payment by phone that has ended, or of which no word came in time. Whose phone it was is left out. */
export interface PaymentEventData {
  paymentId: string;
  orderNumber: string;
  state: 'completed' | 'failed' | 'cancelled' | 'expired';
  /** In the smallest unit of the currency. */
  amount: number;
  currency: string;
  credits: number;
  packageId: string | null;
  reference: string | null;
  failureCode: string | null;
}

/** The balance has fallen below the threshold that the account has set. */
export interface CreditsLowData {
  available: number;
  below: number;
}

/** A campaign, where it stands and how far it has come. */
export interface CampaignEventData {
  campaignId: string;
  name: string;
  state: string;
  /** Why the platform paused it, or made it a draft again; null when somebody asked for it. */
  reason: string | null;
  recipientCount: number;
  sent: number;
  delivered: number;
  failed: number;
}

/** Every event type with its data. */
export interface EventData {
  'message.accepted': MessageEventData;
  'message.submitted': MessageEventData;
  'message.delivered': MessageEventData;
  /** Undelivered, expired, rejected or failed: the state says which. */
  'message.failed': MessageEventData;
  /** No receipt came in time. A late one may still bring `message.delivered` or `message.failed`. */
  'message.unknown': MessageEventData;
  'message.cancelled': MessageEventData;
  'message.received': InboundEventData;
  'message.opted_out': OptOutEventData;
  'campaign.started': CampaignEventData;
  'campaign.progress': CampaignEventData;
  'campaign.paused': CampaignEventData;
  'campaign.resumed': CampaignEventData;
  'campaign.completed': CampaignEventData;
  'campaign.cancelled': CampaignEventData;
  /** Its time came and it could not start: it is a draft again, and `reason` says why. */
  'campaign.failed': CampaignEventData;
  'contacts.imported': ContactsImportedData;
  'file.paused': FileEventData;
  'file.completed': FileEventData;
  'file.cancelled': FileEventData;
  /** Told to the partner. */
  'tenant.created': TenantCreatedData;
  'sender_id.approved': SenderIdDecidedData;
  'sender_id.rejected': SenderIdDecidedData;
  'credits.added': CreditsAddedData;
  /** Told once for a fall below the threshold; falls within a second of each other are one. */
  'credits.low': CreditsLowData;
  /** The wallet has the money, and the credits are there. */
  'payment.completed': PaymentEventData;
  /** Failed or cancelled: the state says which. */
  'payment.failed': PaymentEventData;
  /** No word came in time. A late one may still bring `payment.completed`. */
  'payment.expired': PaymentEventData;
  'webhook.disabled': WebhookDisabledData;
}

export type EventType = keyof EventData;

/** The names, for validation; total by type. */
const named: Record<EventType, true> = {
  'message.accepted': true,
  'message.submitted': true,
  'message.delivered': true,
  'message.failed': true,
  'message.unknown': true,
  'message.cancelled': true,
  'message.received': true,
  'message.opted_out': true,
  'campaign.started': true,
  'campaign.progress': true,
  'campaign.paused': true,
  'campaign.resumed': true,
  'campaign.completed': true,
  'campaign.cancelled': true,
  'campaign.failed': true,
  'contacts.imported': true,
  'file.paused': true,
  'file.completed': true,
  'file.cancelled': true,
  'tenant.created': true,
  'sender_id.approved': true,
  'sender_id.rejected': true,
  'credits.added': true,
  'credits.low': true,
  'payment.completed': true,
  'payment.failed': true,
  'payment.expired': true,
  'webhook.disabled': true,
};

export const eventTypes = Object.keys(named) as EventType[];

/** The kinds that tell how a message ended, or that nothing is known of its end. */
export const messageEndTypes: readonly EventType[] = [
  'message.delivered',
  'message.failed',
  'message.unknown',
  'message.cancelled',
];

/** The kinds that tell how a payment ended. */
export const paymentEndTypes: readonly EventType[] = ['payment.completed', 'payment.failed', 'payment.expired'];

/** An event that is about to be stored. */
export interface NewEvent<T extends EventType = EventType> {
  type: T;
  accountId: string;
  /** The message, campaign, import, account, sender ID or webhook it is about. */
  subjectId: string;
  /** Milliseconds since the epoch. */
  at: number;
  data: EventData[T];
}

/** A stored event. */
export interface DomainEvent<T extends EventType = EventType> extends NewEvent<T> {
  id: string;
  /** Its place in the order of events; opaque, and handed back as `after`. */
  cursor: string;
}

/** The event a message's new state is announced by; null for states nobody is told of. */
export function eventOfState(state: MessageState): EventType | null {
  switch (state) {
    case 'scheduled':
    case 'queued':
      return 'message.accepted';
    case 'submitted':
      return 'message.submitted';
    case 'delivered':
      return 'message.delivered';
    case 'undelivered':
    case 'expired':
    case 'rejected':
    case 'failed':
    case 'blocked':
      return 'message.failed';
    case 'unknown':
      return 'message.unknown';
    case 'cancelled':
      return 'message.cancelled';
    case 'enroute':
      return null;
  }
}
