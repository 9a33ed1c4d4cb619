import type { DomainEvent, MessageEventData } from '../events.js';
import { contentsOf } from '../messaging/message.store.js';
import type { Database } from '../runtime.js';
import { renderCallback, showsContent, type CallbackFormat, type MessageContent } from './callback-format.js';
import { renderEvent } from './event-body.js';
import { FormatShelf } from './format-shelf.js';
import type { StoredWebhook } from './webhook.store.js';

/** An event that a subscription hears. */
interface Heard {
  event: DomainEvent;
  webhook: StoredWebhook;
}

/** Puts events into the forms subscriptions are told in. The platform's own, which most have, costs no look-up. */
export class WebhookBodies {
  readonly #formats: FormatShelf;

  constructor(private readonly database: Database) {
    this.#formats = new FormatShelf(database);
  }

  /** Reads at once what the bodies need, and answers how to make them; undefined for what a vendor does not tell. */
  async of(heard: readonly Heard[]): Promise<(event: DomainEvent, webhook: StoredWebhook) => string | undefined> {
    const formats = new Map<string, CallbackFormat>();
    for (const { webhook } of heard) {
      if (webhook.formatId !== null) formats.set(webhook.formatId, await this.#formats.get(webhook.formatId));
    }
    const contents = await this.#contents(heard, formats);
    const own = new Map<DomainEvent, string>();
    return (event, { formatId }) => {
      const format = formatId === null ? undefined : formats.get(formatId);
      if (format) return renderFor(format, event, contents.get(event.subjectId));
      const body = own.get(event) ?? JSON.stringify(renderEvent(event));
      own.set(event, body);
      return body;
    };
  }

  async #contents(
    heard: readonly Heard[],
    formats: ReadonlyMap<string, CallbackFormat>,
  ): Promise<ReadonlyMap<string, MessageContent>> {
    const wanted = heard.filter(({ event, webhook: { formatId } }) => {
      const format = formatId === null ? undefined : formats.get(formatId);
      return format !== undefined && showsContent(format) && isOfMessage(event);
    });
    if (wanted.length === 0) return new Map();
    const messages = wanted.map(({ event }) => ({ accountId: event.accountId, id: event.subjectId }));
    return this.database.read((tx) => contentsOf(tx, messages));
  }
}

const isOfMessage = ({ data }: DomainEvent): boolean => 'messageId' in data;

function renderFor(
  format: CallbackFormat,
  event: DomainEvent,
  content: MessageContent | undefined,
): string | undefined {
  if (!isOfMessage(event)) return undefined;
  const { messageId, batchId } = event.data as MessageEventData;
  return renderCallback(format, { subjectId: batchId ?? messageId, fields: {} }, event, content);
}
