import { SmsError } from '../errors.js';
import { eventTypes, type EventType } from '../events.js';
import type { CallbackFormat } from './callback-format.js';

/** A customer's subscription to events. Times are milliseconds since the epoch. */
export interface Webhook {
  id: string;
  accountId: string;
  url: string;
  /** The events it hears; `['*']` is all. */
  events: string[];
  description: string | null;
  /** The vendor's form it is told in; null for the platform's own. */
  formatId: string | null;
  /** `disabled` after a 410 or five days of failures; an update to `active` starts it again. */
  state: 'active' | 'disabled';
  /** Since when it has been failing; null while it answers. */
  failingSince: number | null;
  createdAt: number;
  updatedAt: number;
}

export interface NewWebhook {
  url: string;
  events: readonly string[];
  description?: string | undefined;
  /** A vendor's form; the platform's own, signed as Standard Webhooks say, when absent. */
  format?: CallbackFormat | undefined;
}

export interface WebhookChanges {
  url?: string | undefined;
  events?: readonly string[] | undefined;
  description?: string | null | undefined;
  state?: 'active' | 'disabled' | undefined;
}

export type DeliveryState = 'pending' | 'retrying' | 'succeeded' | 'exhausted';

/** One event on its way to one subscription, with each attempt made. */
export interface Delivery {
  id: string;
  webhookId: string;
  eventId: string;
  eventType: EventType;
  state: DeliveryState;
  attempts: number;
  /** When it is tried next; null when it is not. */
  nextAt: number | null;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: number;
  doneAt: number | null;
  log: Attempt[];
}

/** One POST. */
export interface Attempt {
  attempt: number;
  at: number;
  status: number | null;
  error: string | null;
  /** The beginning of what was answered. */
  response: string | null;
  durationMs: number;
}

const most = 50;

/** Reads event names from outside: known ones, `message.*` for a family, `*` for all. */
export function parseEventNames(names: readonly string[]): string[] {
  if (names.length === 0 || names.length > most) {
    throw new SmsError('invalid_request', `events must name 1 to ${most} events`);
  }
  const families = new Set(eventTypes.map((type) => `${type.split('.')[0] ?? ''}.*`));
  const known: readonly string[] = eventTypes;
  for (const name of names) {
    if (name !== '*' && !families.has(name) && !known.includes(name)) {
      throw new SmsError('invalid_request', `events has an unknown name; the events are ${eventTypes.join(', ')}`);
    }
  }
  return [...new Set(names)];
}

export function hears(events: readonly string[], type: EventType): boolean {
  return events.some(
    (name) => name === '*' || name === type || (name.endsWith('.*') && type.startsWith(name.slice(0, -1))),
  );
}

/** Everything a customer does with subscriptions. */
export interface Webhooks {
  /** The secret is returned here and by `rotateSecret` only. */
  create(accountId: string, webhook: NewWebhook): Promise<{ webhook: Webhook; secret: string }>;
  list(accountId: string): Promise<Webhook[]>;
  get(accountId: string, webhookId: string): Promise<Webhook>;
  update(accountId: string, webhookId: string, changes: WebhookChanges): Promise<Webhook>;
  delete(accountId: string, webhookId: string): Promise<void>;
  /** The old secret signs too for a day. */
  rotateSecret(accountId: string, webhookId: string): Promise<{ webhook: Webhook; secret: string }>;
  deliveries(
    accountId: string,
    webhookId: string,
    page: { limit: number; offset: number },
  ): Promise<{ deliveries: Delivery[]; total: number }>;
  /** Sends a delivery again now. */
  replay(accountId: string, webhookId: string, deliveryId: string): Promise<Delivery>;
}
