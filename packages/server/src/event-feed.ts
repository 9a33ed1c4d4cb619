import type { DomainEvent, Sms } from '@ujumbe/core';

const mostAtOnce = 500;
const lookEveryMs = 250;

/**
 * Follows events without leaving a trace: unlike `sms.on`, its place is kept nowhere but here, so that somebody who
 * looks on holds nothing up and has nothing to catch up with. Sees what other processes store, too.
 */
export class EventFeed {
  #cursor: string;

  /**
   * @param from the cursor to begin after
   * @param accountId whose events; everybody's when absent
   */
  constructor(
    private readonly sms: Sms,
    from: string,
    private readonly accountId?: string,
  ) {
    this.#cursor = from;
  }

  /** The events since the last call, in order; none when there are none. */
  async read(): Promise<DomainEvent[]> {
    const events = await this.sms.events.after(this.accountId ?? null, this.#cursor, mostAtOnce);
    this.#cursor = events.at(-1)?.cursor ?? this.#cursor;
    return events;
  }

  /** Hands events on until the signal, each once, soon after they are stored. */
  async follow(handle: (events: DomainEvent[]) => void, signal: AbortSignal): Promise<void> {
    const waiter = this.sms.events.waiter();
    while (!signal.aborted) {
      const events = await this.read();
      handle(events);
      if (events.length === 0) await waiter.wait(lookEveryMs, signal);
    }
  }
}
