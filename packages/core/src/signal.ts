/** Wakes loops of this process as soon as there is work for them; other processes find out at their next look. */
export class Signal {
  #raises = 0;
  readonly #listeners = new Set<() => void>();

  raise(): void {
    this.#raises++;
    for (const listener of this.#listeners) listener();
  }

  /** A place to wait for this signal. What is raised while its owner is busy wakes it at its next wait. */
  waiter(): Waiter {
    let seen = this.#raises;
    return {
      wait: async (timeoutMs, abort) => {
        if (seen === this.#raises && abort?.aborted !== true) await this.#next(timeoutMs, abort);
        seen = this.#raises;
      },
    };
  }

  #next(timeoutMs: number, abort: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(finish);
        abort?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      this.#listeners.add(finish);
      abort?.addEventListener('abort', finish, { once: true });
    });
  }
}

export interface Waiter {
  /** Resolves when the signal is raised (or was, since the last wait), the time is over, or the abort comes. */
  wait(timeoutMs: number, abort?: AbortSignal): Promise<void>;
}

/** Waits, unless it is aborted. */
export async function pause(delayMs: number, abort: AbortSignal): Promise<void> {
  await new Signal().waiter().wait(delayMs, abort);
}
