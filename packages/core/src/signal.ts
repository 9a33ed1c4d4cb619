/** Wakes a loop of this process as soon as there is work for it; other processes find out at their next look. */
export class Signal {
  #listeners = new Set<() => void>();
  #raised = false;

  raise(): void {
    this.#raised = true;
    for (const listener of this.#listeners) listener();
  }

  /** Resolves when the signal is raised (or was, since the last wait), the time is over, or the abort comes. */
  async wait(timeoutMs: number, abort?: AbortSignal): Promise<void> {
    if (!this.#raised && !abort?.aborted) {
      await new Promise<void>((resolve) => {
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
    this.#raised = false;
  }
}
