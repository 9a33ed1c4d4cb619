import type { ListProgress } from '../messaging/lists/read-progress.js';
import type { Message } from '../messaging/message.js';
import type { Lane } from '../queue/job.js';
import type { Funder } from './funding.js';

/** Where a campaign stands. `pending_approval` and `approved` are kept for campaigns that somebody must allow first. */
export const campaignStates = [
  'draft',
  'scheduled',
  'awaiting_funds',
  'sending',
  'paused',
  'completed',
  'cancelled',
] as const;
export type CampaignState = (typeof campaignStates)[number];

/** Whom a campaign is for: everybody in any of these, each number once. */
export interface Audience {
  groupIds: readonly string[];
  /** Segments of contacts, evaluated when the campaign starts. */
  segmentIds: readonly string[];
  /** E.164. */
  numbers: readonly string[];
}

/** What an audience and a text come to. Credits are thousandths. */
export interface Estimate {
  recipients: number;
  segments: number;
  cost: number;
  /** How many messages have how many segments. */
  histogram: Readonly<Record<string, number>>;
  /** How many are left out, by the reason: an error's code, or `inactive`. */
  leftOut: Readonly<Record<string, number>>;
  /** When it was counted. */
  at: number;
}

/** One text, or one template, to many people. Times are milliseconds since the epoch. */
export interface Campaign {
  id: string;
  accountId: string;
  name: string;
  /** A text, or a template with places such as `{{first_name|default:"rafiki"}}`. */
  text: string;
  /** The sender ID's id; messages carry its name. */
  senderId: string;
  lane: Lane;
  audience: Audience;
  /** When it is to start once it was sent; null is at once. */
  scheduledAt: number | null;
  /** The pace it is sent at; null is as fast as the operators take it. */
  segmentsPerSecond: number | null;
  validityMs: number | null;
  state: CampaignState;
  /** Why it was paused or is a draft again: an error's code, or `payment_failed` and the like; null when somebody asked. */
  reason: string | null;
  /** Counts the changes of the draft. */
  revision: number;
  /** As counted when the draft was last written or the campaign was sent. */
  estimate: Estimate;
  plan: Plan | null;
  /** What is held while it waits for its time and has no list yet. */
  holdId: string | null;
  /** The list it is sent from. */
  listId: string | null;
  /** The payment that was last asked for because it lacked credit. */
  paymentId: string | null;
  /** What it waits for while it is `awaiting_funds`. */
  awaits: Awaited | null;
  createdAt: number;
  updatedAt: number;
  /** When it was sent: from then on it is paid for. */
  queuedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
}

/** The credits that must be available for a campaign to start, and the list that it then is sent from, if it has one. */
export interface Awaited {
  credits: number;
  listId: string | null;
}

/** What a plan froze: sending with it does exactly this, or says what has changed. */
export interface Plan extends Estimate {
  /** Names the plan and the list that was made for it. */
  id: string;
  expiresAt: number;
  /** The draft it was made from. */
  of: PlannedParts;
}

/** The parts of a draft that a plan depends on. */
export type PlannedParts = Pick<
  Campaign,
  'text' | 'senderId' | 'audience' | 'lane' | 'segmentsPerSecond' | 'validityMs'
>;

/** What may have changed since a plan was made. */
export type PlanChange = 'audience' | 'texts' | 'sender' | 'settings' | 'price';

/** What a draft is made of. An audience may be given later; sending needs one. */
export interface NewCampaign {
  name: string;
  text: string;
  /** An approved name or its id; the account's default when absent. */
  senderId?: string | undefined;
  groupIds?: readonly string[] | undefined;
  segmentIds?: readonly string[] | undefined;
  /** In any form that is clear in the account's country. */
  numbers?: readonly string[] | undefined;
  /** `promotional` unless said otherwise. */
  lane?: Lane | undefined;
  scheduledAt?: number | null | undefined;
  segmentsPerSecond?: number | null | undefined;
  validityMs?: number | null | undefined;
}

/** What is absent stays; `null` takes a setting away. */
export type CampaignChanges = { [K in keyof NewCampaign]?: NewCampaign[K] | undefined };

export const mostAudienceNumbers = 10_000;
export const mostAudienceLists = 100;
/** How long a plan may be sent. */
export const planValidMs = 86_400_000;

export interface SendCampaignOptions {
  /** Sends exactly what was planned. */
  planId?: string | undefined;
  /** Asks this phone to pay for what is missing, and starts when there is enough, instead of refusing. */
  fundedBy?: Funder | undefined;
}

/** A campaign with how far it has come, from when it was sent. */
export interface CampaignStatus {
  campaign: Campaign;
  progress: ListProgress | null;
}

/** Everything a customer does with campaigns. What belongs to another account is `not_found`. */
export interface Campaigns {
  /**
   * Makes a draft and counts what it comes to.
   *
   * @throws SmsError `invalid_request`, `sender_unknown` and the like, `not_found` for a group or segment
   */
  create(accountId: string, campaign: NewCampaign): Promise<Campaign>;
  get(accountId: string, campaignId: string): Promise<CampaignStatus>;
  /** Newest first. */
  list(
    accountId: string,
    filter: { states?: readonly CampaignState[] | undefined; search?: string | undefined },
    page: { limit: number; offset: number },
  ): Promise<{ campaigns: Campaign[]; total: number }>;
  /** Changes a draft and counts again. @throws SmsError `conflict` when it is no draft any more */
  update(accountId: string, campaignId: string, changes: CampaignChanges): Promise<Campaign>;
  /** @throws SmsError `conflict` when it is no draft */
  delete(accountId: string, campaignId: string): Promise<void>;
  /** A new draft of the same. */
  duplicate(accountId: string, campaignId: string): Promise<Campaign>;
  /** Freezes audience, texts, segments and price for {@link planValidMs}. Nothing is held. */
  plan(accountId: string, campaignId: string): Promise<Plan>;
  /**
   * Holds the price and starts it, or lets it start at its time. With a plan it does exactly what was planned. When
   * credit is missing and `fundedBy` says whom to ask for it, it is `awaiting_funds`: nothing is held, and it starts by
   * itself once there is enough, or is a draft again with the reason when the payment comes to nothing.
   *
   * @throws SmsError `insufficient_balance` before anything leaves; `conflict` when it was sent already, or (with
   *   `details.changed`) is not as it was planned; with `fundedBy` also what `Payments.create` throws
   */
  send(accountId: string, campaignId: string, options?: SendCampaignOptions): Promise<Campaign>;
  /** Lets nothing more leave; what an operator is being handed at that moment does. @throws SmsError `conflict` */
  pause(accountId: string, campaignId: string): Promise<Campaign>;
  /** @throws SmsError `conflict` */
  resume(accountId: string, campaignId: string): Promise<Campaign>;
  /** Ends it: what no operator has is taken back, and its credit given back. @throws SmsError `conflict` */
  cancel(accountId: string, campaignId: string): Promise<Campaign>;
  /** Its messages, newest first. */
  messages(
    accountId: string,
    campaignId: string,
    filter: { states?: readonly Message['state'][] | undefined },
    page: { limit: number; offset: number },
  ): Promise<{ messages: Message[]; total: number }>;
}
