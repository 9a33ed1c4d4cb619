import { Signal } from './signal.js';

/** Does the same over and over in the background, resting in between, until it is stopped. */
export abstract class Loop {
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  /** @param wake ends a rest when it is raised */
  constructor(private readonly wake = new Signal()) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the round in hand is over. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Aborted when it is to stop. */
  protected get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Does what there is to do; answers for how many milliseconds there is nothing more. */
  protected abstract round(): Promise<number>;

  /** Says what went wrong in a round; answers how long to rest from it, in milliseconds. */
  protected abstract failed(error: unknown): number;

  async #run(): Promise<void> {
    const rest = this.wake.waiter();
    while (!this.signal.aborted) {
      const restMs = await this.round().catch((error: unknown) => this.failed(error));
      if (restMs > 0) await rest.wait(restMs, this.signal);
    }
  }
}
