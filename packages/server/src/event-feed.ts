import type { DomainEvent, Sms } from '@ujumbe/core';

const mostAtOnce = 500;
const lookEveryMs = 250;

/**
 * Follows events without leaving a trace: unlike `sms.on`, its place is kept nowhere but here, so that somebody who
 * looks on holds nothing up and has nothing to catch up with. Sees what other processes store, too.
 */
export class EventFeed {
  /** Where each account's events have been read to. */
  readonly #cursors = new Map<string, string>();

  /**
   * @param from the cursor to begin after
   * @param accountId whose events; everybody's when absent
   */
  constructor(
    private readonly sms: Sms,
    private readonly from: string,
    private readonly accountId?: string,
  ) {}

  /** The events since the last call, in the order they happened to each account; none when there are none. */
  async read(): Promise<DomainEvent[]> {
    const accountIds = this.accountId === undefined ? await this.#everybody() : [this.accountId];
    const events: DomainEvent[] = [];
    for (const accountId of accountIds) {
      const read = await this.sms.events.after(accountId, this.#cursors.get(accountId) ?? this.from, mostAtOnce);
      const last = read.at(-1);
      if (last) this.#cursors.set(accountId, last.cursor);
      events.push(...read);
    }
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

  async #everybody(): Promise<string[]> {
    return (await this.sms.accounts.list()).map(({ id }) => id);
  }
}
