import type { NewSegment } from './settle-outcome.js';
import { candidateKeys, upstreamKey } from './upstream-id.js';

/** The longest a receipt waits: a name that is not written by then may be waiting for its account's wallet. */
const patienceMs = 250;

/**
 * The names an operator has given to segments while this process writes them down. A quick operator's receipt comes
 * meanwhile; it waits that moment, because to put it aside and find it again takes as much as all the rest of a message.
 */
export class NamesUnderWay {
  readonly #written = new Map<string, Promise<void>>();
  /** Shared by all that wait at the same time, for a timer each would cost more than what they wait for. */
  #patience: Promise<void> | undefined;

  /** Notes the names until `written` is over, whichever way it ends. */
  add(segments: readonly NewSegment[], written: Promise<unknown>): void {
    if (segments.length === 0) return;
    const keys = segments.map(({ transport, upstreamId }) => keyOf(transport, upstreamKey(upstreamId)));
    const forget = (): void => {
      for (const key of keys) if (this.#written.get(key) === over) this.#written.delete(key);
    };
    const over = written.then(forget, forget);
    for (const key of keys) this.#written.set(key, over);
  }

  /** Waits until a name is written that a receipt may mean by this id, if there is one, but not for long. */
  wait(transport: string, upstreamId: string): Promise<void> | undefined {
    if (this.#written.size === 0) return undefined;
    for (const key of candidateKeys(upstreamId)) {
      const written = this.#written.get(keyOf(transport, key));
      if (written) return Promise.race([written, (this.#patience ??= this.#wait())]);
    }
    return undefined;
  }

  async #wait(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, patienceMs));
    this.#patience = undefined;
  }
}

const keyOf = (transport: string, key: string): string => `${transport} ${key}`;
