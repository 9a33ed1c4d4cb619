import type { Sms } from '@ujumbe/core';
import type { EventFeed } from '../event-feed.js';
import { eventLine, lineOf } from '../event-line.js';
import type { ReceivedWebhook } from './receiver.js';

const lookEveryMs = 250;

/** Tells what happens, one short line each, without a number or a text: the time, what happened, and to which message. */
export class Narrator {
  #telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly feed: EventFeed,
    private readonly print: (line: string) => void,
  ) {}

  /** Tells of events until the signal. */
  async follow(sms: Sms, signal: AbortSignal): Promise<void> {
    const waiter = sms.events.waiter();
    while (!signal.aborted) {
      await this.tellNews();
      await waiter.wait(lookEveryMs, signal);
    }
    await this.#telling;
  }

  /** Tells of the events until now. One call at a time reads, so that each is told once and in order. */
  tellNews(): Promise<void> {
    this.#telling = this.#telling.then(async () => {
      for (const event of await this.feed.read()) this.print(eventLine(event));
    });
    // What cannot be read now is read at the next look.
    return (this.#telling = this.#telling.catch(() => undefined));
  }

  /** Tells of a delivery, after the event it carries: that one was stored first, but perhaps not told of yet. */
  async tellWebhook({ type, messageId }: ReceivedWebhook): Promise<void> {
    await this.tellNews();
    this.print(lineOf(Date.now(), 'webhook', messageId, `${type}, signature verified`));
  }
}
