import { groupBy } from './group-by.js';
import { GroupCommit, type GroupCommitOptions, type Verdict } from './group-commit.js';
import { CommitConflict, LockTimeout, type CommitOptions } from './runtime.js';

/** How long a batch of all accounts waits for one of them, and a batch of the waiting ones. */
const lockWaitMs = { together: 250, apart: 1_000 } as const;

type LockWait = Required<Pick<CommitOptions, 'lockWaitMs'>>;

/** What is written, and what becomes of an item. */
export interface AccountWork<T, R> {
  /** Writes items in one commit. Throws {@link CommitConflict} or {@link LockTimeout} when it was undone. */
  commit: (items: readonly T[], options: LockWait) => Promise<void>;
  accountOf: (item: T) => string;
  /** What the caller of an item that was written is answered. */
  answerOf: (item: T) => R;
  /** What the caller of an item is told that was undone by itself; the conflict unless given. */
  explain?: (item: T, conflict: CommitConflict) => Promise<unknown>;
  /** Whether an item's account is likely to undo a commit, and is written after the others for that. */
  isDoubtful?: (item: T) => boolean;
}

export interface CommitByAccountOptions<T> extends GroupCommitOptions<T> {
  /** How long an item waits for its account before its caller is told; for ever unless given. */
  patienceMs?: number;
}

/**
 * A group commit in which no account can fail or hold up the others. A commit is written in the hope that all is well.
 * When it is undone its items are written account by account, and those of an account that still fails one by one. A
 * host that charges inside a transaction of its own keeps that account's wallet locked until it commits; from the first
 * batch that meets the lock, that account's items are written apart, over one connection, until its wallet is free.
 */
export class CommitByAccount<T, R> {
  readonly #together: GroupCommit<T, R>;
  readonly #apart: GroupCommit<T, R>;
  /** How many items each account has apart. */
  readonly #waiting = new Map<string, number>();
  #patient = true;

  constructor(
    private readonly work: AccountWork<T, R>,
    private readonly options: CommitByAccountOptions<T>,
  ) {
    this.#together = new GroupCommit((items) => this.#write(items, { lockWaitMs: lockWaitMs.together }), options);
    this.#apart = new GroupCommit((items) => this.#write(items, { lockWaitMs: lockWaitMs.apart }), options);
  }

  async add(item: T): Promise<R> {
    const account = this.work.accountOf(item);
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

  async #write(items: readonly T[], options: LockWait): Promise<Verdict<R>[]> {
    const verdicts = new Map<T, Verdict<R>>();
    const doubtful = items.filter((item) => this.work.isDoubtful?.(item) === true);
    const likely = doubtful.length === 0 ? items : items.filter((item) => !doubtful.includes(item));
    for (const group of [likely, ...this.#byAccount(doubtful)]) await this.#commitOrSplit(group, options, verdicts);
    return items.map((item) => verdicts.get(item) ?? { error: new Error('An item was not decided.') });
  }

  async #commitOrSplit(items: readonly T[], options: LockWait, verdicts: Map<T, Verdict<R>>): Promise<void> {
    if (items.length === 0) return;
    try {
      await this.work.commit(items, options);
      for (const item of items) verdicts.set(item, { result: this.work.answerOf(item) });
    } catch (error) {
      const smaller = this.#split(items, error);
      if (smaller.length > 1) for (const group of smaller) await this.#commitOrSplit(group, options, verdicts);
      else for (const item of items) verdicts.set(item, { error: await this.#explained(item, error) });
    }
  }

  /** The groups to try after a commit that was undone; one when that is of no use. */
  #split(items: readonly T[], error: unknown): readonly (readonly T[])[] {
    if (!(error instanceof CommitConflict || error instanceof LockTimeout)) return [items];
    const accounts = this.#byAccount(items);
    return accounts.length === 1 && error instanceof CommitConflict ? items.map((item) => [item]) : accounts;
  }

  /** A database that fails now fails this item alone: what its neighbours wrote stands. */
  async #explained(item: T, error: unknown): Promise<unknown> {
    if (!(error instanceof CommitConflict) || !this.work.explain) return error;
    return this.work.explain(item, error).catch((failure: unknown) => failure);
  }

  #byAccount(items: readonly T[]): T[][] {
    return [...groupBy(items, (item) => this.work.accountOf(item)).values()];
  }
}
