/**
 * Deals turns so that accounts alternate, however much each has queued (start-time fair queuing).
 *
 * An account's next turn follows its own last one, but never lies before the turn that is being served. So a
 * campaign of a million takes turns 1 … 1,000,000, and another account's message that arrives meanwhile takes the
 * turn that is next, not the one after the million.
 *
 * What is kept here is a hint: after a restart, or in another process, dealing begins again at the turn being
 * served, which is fair from there on.
 */
export class Turns {
  readonly #served = new Map<string, number>();
  readonly #last = new Map<string, number>();

  constructor(private readonly maxAccounts = 50_000) {}

  /** The first of `count` turns for an account's jobs in a lane of a route. */
  deal(route: string, lane: number, accountId: string, count: number): number {
    const queue = `${route}/${lane}`;
    const key = `${queue}/${accountId}`;
    const served = this.#served.get(queue) ?? 0;
    const first = Math.max(served, this.#last.get(key) ?? 0) + 1;
    this.#last.set(key, first + count - 1);
    if (this.#last.size > this.maxAccounts) this.#forgetServed();
    return first;
  }

  /** Notes the turn that is being served. It never goes back. */
  serve(route: string, lane: number, turn: number): void {
    const queue = `${route}/${lane}`;
    if (turn > (this.#served.get(queue) ?? 0)) this.#served.set(queue, turn);
  }

  /** Accounts whose turns have all been served need no memory: they begin at the turn being served anyway. */
  #forgetServed(): void {
    for (const [key, turn] of this.#last) {
      const queue = key.slice(0, key.lastIndexOf('/'));
      if (turn <= (this.#served.get(queue) ?? 0)) this.#last.delete(key);
    }
    if (this.#last.size > this.maxAccounts) this.#last.clear();
  }
}
