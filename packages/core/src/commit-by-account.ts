import { GroupCommit, type GroupCommitOptions, type Verdict } from './group-commit.js';
import { LockTimeout, type CommitOptions } from './runtime.js';

/** How long a batch of all accounts waits for one of them, and a batch of the waiting ones. */
const lockWaitMs = { together: 250, apart: 1_000 } as const;

export interface CommitByAccountOptions<T> extends GroupCommitOptions<T> {
  accountOf: (item: T) => string;
  /** How long an item waits for its account before its caller is told; for ever unless given. */
  patienceMs?: number;
}

/**
 * A group commit in which no account can hold up the others. A host that charges inside a transaction of its own keeps
 * that account's wallet locked until it commits; from the first batch that meets the lock, that account's items are
 * written apart, over one connection, until its wallet is free again.
 */
export class CommitByAccount<T, R> {
  readonly #together: GroupCommit<T, R>;
  readonly #apart: GroupCommit<T, R>;
  /** How many items each account has apart. */
  readonly #waiting = new Map<string, number>();
  #patient = true;

  constructor(
    /**
     * Writes a batch within the lock wait it is given. When the batch meets a lock it must try its accounts one by one,
     * and give each item of a locked account a verdict with the {@link LockTimeout}.
     */
    write: (items: T[], options: Required<CommitOptions>) => Promise<Verdict<R>[]>,
    private readonly options: CommitByAccountOptions<T>,
  ) {
    this.#together = new GroupCommit((items) => write(items, { lockWaitMs: lockWaitMs.together }), options);
    this.#apart = new GroupCommit((items) => write(items, { lockWaitMs: lockWaitMs.apart }), options);
  }

  async add(item: T): Promise<R> {
    const account = this.options.accountOf(item);
    if (!this.#waiting.has(account)) {
      try {
        return await this.#together.add(item);
      } catch (error) {
        if (!(error instanceof LockTimeout)) throw error;
      }
    }
    this.#waiting.set(account, (this.#waiting.get(account) ?? 0) + 1);
    try {
      return await this.#addApart(item);
    } finally {
      const left = (this.#waiting.get(account) ?? 1) - 1;
      if (left > 0) this.#waiting.set(account, left);
      else this.#waiting.delete(account);
    }
  }

  /** From here on a locked wallet is not waited for any longer: the process is ending. */
  hurry(): void {
    this.#patient = false;
  }

  /** Resolves when nothing is waiting or being written. */
  async drained(): Promise<void> {
    do {
      await this.#together.drained();
      await this.#apart.drained();
    } while (this.#waiting.size > 0);
  }

  async #addApart(item: T): Promise<R> {
    const until = performance.now() + (this.options.patienceMs ?? Infinity);
    for (;;) {
      try {
        return await this.#apart.add(item);
      } catch (error) {
        if (!(error instanceof LockTimeout) || !this.#patient || performance.now() >= until) throw error;
      }
    }
  }
}
