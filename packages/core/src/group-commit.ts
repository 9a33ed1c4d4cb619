interface Waiting<T, R> {
  item: T;
  weight: number;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** What became of one item of a batch: its result, or the error that is its own and nobody else's. */
export type Verdict<R> = { result: R } | { error: unknown };

export interface GroupCommitOptions<T> {
  /** The most rows one batch may write; an item heavier than that travels alone. */
  maxWeight: number;
  /** How many rows an item writes. */
  weightOf?: (item: T) => number;
  /**
   * How many batches may be written at a time; 1 unless given. Beyond the first only full batches leave, so that under
   * light load what comes together still travels together.
   */
  maxInFlight?: number;
}

/**
 * Natural batching: while a batch is being written, whatever arrives gathers, and the next batch takes it. Under
 * light load a batch is one item and waits for nobody; under heavy load batches grow by themselves. There is no
 * timer, because waiting for company only ever cost latency.
 */
export class GroupCommit<T, R> {
  /** What is taken leaves an empty place at once: a batch may hold megabytes. */
  readonly #queue: (Waiting<T, R> | undefined)[] = [];
  #head = 0;
  #waitingWeight = 0;
  #inFlight = 0;
  #isScheduled = false;
  #idle: (() => void)[] = [];

  constructor(
    /** Writes the batch; answers with one verdict for each item, in order. */
    private readonly write: (items: T[]) => Promise<Verdict<R>[]>,
    private readonly options: GroupCommitOptions<T>,
  ) {}

  /** Items that wait for a batch. */
  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      const weight = this.options.weightOf?.(item) ?? 1;
      this.#queue.push({ item, weight, resolve, reject });
      this.#waitingWeight += weight;
      if (!this.#isScheduled && this.#mayLeave()) {
        this.#isScheduled = true;
        // A turn later, so that requests of the same turn of the event loop travel together.
        setImmediate(() => {
          this.#isScheduled = false;
          this.#flush();
        });
      }
    });
  }

  /** Resolves when nothing is waiting or being written. */
  async drained(): Promise<void> {
    if (this.#inFlight + this.waiting > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #mayLeave(): boolean {
    if (this.waiting === 0) return false;
    if (this.#inFlight === 0) return true;
    return this.#inFlight < (this.options.maxInFlight ?? 1) && this.#waitingWeight >= this.options.maxWeight;
  }

  #flush(): void {
    while (this.#mayLeave()) {
      this.#inFlight++;
      void this.#writeBatch(this.#take());
    }
  }

  async #writeBatch(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const verdicts = await this.write(batch.map(({ item }) => item));
      batch.forEach((entry, index) => {
        const verdict = verdicts[index] ?? { error: new Error('The batch gave no verdict for an item.') };
        if ('result' in verdict) entry.resolve(verdict.result);
        else entry.reject(verdict.error);
      });
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
    this.#inFlight--;
    this.#flush();
    if (this.#inFlight + this.waiting === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #take(): Waiting<T, R>[] {
    const batch: Waiting<T, R>[] = [];
    let weight = 0;
    for (; this.#head < this.#queue.length; this.#head++) {
      const next = this.#queue[this.#head];
      if (!next || (batch.length > 0 && weight + next.weight > this.options.maxWeight)) break;
      weight += next.weight;
      batch.push(next);
      this.#queue[this.#head] = undefined;
    }
    this.#waitingWeight -= weight;
    // Close the gap, but not at every batch: shifting a long queue would cost more than the work itself.
    if (this.#head === this.#queue.length || this.#head > 10_000) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    return batch;
  }
}
