import { createHash, createHmac } from 'node:crypto';
import type { DomainEvent, EventType, MessageEventData } from '../events.js';
import { creditUnit } from '../ledger/transfer.js';

/** The events of a message that a vendor may have a callback for. */
export type CallbackEvent = Extract<
  EventType,
  `message.${'submitted' | 'delivered' | 'failed' | 'cancelled' | 'unknown'}`
>;

/** JSON whose strings may hold `{names}`: one alone becomes the value as it is, one among others becomes text. */
export type JsonTemplate =
  string | number | boolean | null | readonly JsonTemplate[] | { readonly [name: string]: JsonTemplate };

/**
 * How a vendor tells a customer's server what became of a message, in callbacks of single messages and in webhooks of an
 * account. It is data, and is stored, so that whichever process delivers it needs to know nothing of the vendor.
 *
 * Names in templates: `id` (the message's, or its batch's), `message_id`, `recipient` (E.164), `sender`, `at` and
 * `delivered_at` (ISO 8601; the latter null until it is), `error_code`, `fields.…` (what the send has put there), what
 * `words` say for the event, and in headers `key`, the customer's own key. Webhooks have also `text` and `credits`, of
 * the message itself, and `money`, what those credits are worth by the format's `unitPrice`.
 */
export interface CallbackFormat {
  name: string;
  /** The events it tells, each with the vendor's words for it. */
  words: Readonly<Partial<Record<CallbackEvent, Readonly<Record<string, string>>>>>;
  headers: Readonly<Record<string, string>>;
  body: JsonTemplate;
  /** In place of `body`, for events that are told in another form. */
  bodies?: Readonly<Partial<Record<CallbackEvent, JsonTemplate>>>;
  /** What a credit is worth, in whole units of the currency the format speaks of. */
  unitPrice?: number;
  /** The header of webhooks that holds the body's HMAC-SHA256 by the subscription's secret, in hex. */
  signature?: string;
  timeoutMs: number;
  /** How long each further attempt waits after the one before, in milliseconds. */
  retryDelaysMs: readonly number[];
}

/** Where the events of a message, or of a batch, are told. */
export interface Callback {
  /** The message's id or its batch's. */
  subjectId: string;
  accountId: string;
  url: string;
  formatId: string;
  /** What the format shows that the platform does not know. */
  fields: Readonly<Record<string, JsonTemplate>>;
  /** The key the customer sent with, for formats that show it. */
  tokenId: string | null;
}

/** The same words make the same id; other words are another format, and leave what was promised as it was. */
export const formatIdOf = (format: CallbackFormat): string =>
  `${format.name}-${createHash('sha256').update(JSON.stringify(format)).digest('hex').slice(0, 16)}`;

/** What events leave out of a message. */
export interface MessageContent {
  text: string;
  /** In thousandths of a credit. */
  cost: number;
}

/** Whether a format shows what events leave out. */
export const showsContent = (format: CallbackFormat): boolean =>
  /\{(?:text|credits|money)\}/.test(JSON.stringify(format));

/** The body of a callback, or undefined when the vendor does not tell the event. */
export function renderCallback(
  { words, body, bodies, unitPrice = 1 }: CallbackFormat,
  { subjectId, fields }: Pick<Callback, 'subjectId' | 'fields'>,
  event: DomainEvent,
  content?: MessageContent,
): string | undefined {
  const said = words[event.type as CallbackEvent];
  if (!said) return undefined;
  const { messageId, recipient, sender, errorCode } = event.data as MessageEventData;
  const at = `${new Date(event.at).toISOString().slice(0, 19)}Z`;
  const values: Record<string, JsonTemplate> = {
    ...said,
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`fields.${name}`, value])),
    id: subjectId,
    message_id: messageId,
    recipient,
    sender,
    error_code: errorCode,
    at,
    delivered_at: event.type === 'message.delivered' ? at : null,
    ...(content && contentValues(content, unitPrice)),
  };
  return JSON.stringify(fill(bodies?.[event.type as CallbackEvent] ?? body, values));
}

function contentValues({ text, cost }: MessageContent, unitPrice: number): Record<string, JsonTemplate> {
  const credits = cost / creditUnit;
  return { text, credits, money: Math.round(credits * unitPrice * 100) / 100 };
}

/** The headers of a callback. @param key the customer's own key, when the format shows it */
export function callbackHeaders({ headers }: CallbackFormat, key: string | null): Record<string, string> {
  const filled = Object.entries(headers).map(([name, value]) => [name, fillText(value, { key: key ?? '' })] as const);
  return { 'content-type': 'application/json', 'user-agent': 'Ujumbe-Callbacks/1', ...Object.fromEntries(filled) };
}

/** The headers of a webhook in a vendor's form. */
export function webhookHeaders(format: CallbackFormat, body: string, secret: string): Record<string, string> {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    ...callbackHeaders(format, null),
    ...(format.signature === undefined ? {} : { [format.signature]: signature }),
  };
}

export const showsKey = ({ headers }: CallbackFormat): boolean =>
  Object.values(headers).some((value) => value.includes('{key}'));

const names = /\{([a-z_.]+)\}/g;
const nameAlone = /^\{([a-z_.]+)\}$/;

function fill(template: JsonTemplate, values: Readonly<Record<string, JsonTemplate>>): JsonTemplate {
  if (typeof template === 'string') {
    const alone = nameAlone.exec(template)?.[1];
    return alone === undefined ? fillText(template, values) : (values[alone] ?? null);
  }
  if (isList(template)) return template.map((one: JsonTemplate) => fill(one, values));
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, fill(value, values)]));
  }
  return template;
}

function fillText(template: string, values: Readonly<Record<string, JsonTemplate>>): string {
  return template.replace(names, (_, name: string) => {
    const value = values[name] ?? '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}

/** `Array.isArray` does not know arrays that are only read. */
const isList = (template: JsonTemplate): template is readonly JsonTemplate[] => Array.isArray(template);
