import { hash } from 'node:crypto';
import type { Clock, Database } from '../runtime.js';
import type { LimitState, RateLimit, RateLimits } from './rate-limit.js';
import { takeGrant } from './rate-limit.store.js';

/** What this process holds of a limit's window. */
interface Held {
  left: number;
  /** What all processes had been given when this one last asked. */
  taken: number;
  resetsAt: number;
  asking: Promise<void> | undefined;
}

/** A grant is this part of what is left, so that grants shrink to single ones as the window's end nears its limit. */
const share = 8;
const maxKeys = 50_000;

/**
 * Counts across processes. Each takes a part of what is left from the database and counts that down in memory, so that
 * one request in several makes a trip. No window gives more than its limit; a process that took a part and went quiet
 * keeps it until the window ends.
 */
export class SharedRateLimits implements RateLimits {
  readonly #held = new Map<string, Held>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async take(limit: RateLimit, key: string, weight = 1): Promise<LimitState> {
    const name = nameOf(limit, key);
    const held = this.#heldOf(name);
    for (;;) {
      const nowMs = this.clock.now();
      if (held.resetsAt <= nowMs) Object.assign(held, { left: 0, taken: 0 });
      const isSpent = held.resetsAt > nowMs && held.taken >= limit.limit;
      if (held.left >= weight || isSpent || weight > limit.limit) {
        const isWithin = held.left >= weight;
        if (isWithin) held.left -= weight;
        return {
          isWithin,
          limit: limit.limit,
          remaining: held.left + limit.limit - held.taken,
          resetsInMs: Math.max(0, held.resetsAt - nowMs),
        };
      }
      held.asking ??= this.#ask(limit, name, held, weight).finally(() => (held.asking = undefined));
      await held.asking;
    }
  }

  giveBack(limit: RateLimit, key: string, weight = 1): Promise<void> {
    const held = this.#heldOf(nameOf(limit, key));
    if (held.resetsAt > this.clock.now()) held.left += weight;
    return Promise.resolve();
  }

  async #ask(limit: RateLimit, key: string, held: Held, weight: number): Promise<void> {
    const nowMs = this.clock.now();
    const part = Math.floor((limit.limit - held.taken) / share);
    const wanted = Math.max(1, weight - held.left, part);
    const grant = await this.database.write((tx) => takeGrant(tx, { key, wanted, ...limit, nowMs }));
    // Another window has begun meanwhile, with whatever was left of the last.
    if (grant.resetsAt !== held.resetsAt) held.left = 0;
    held.left += grant.granted;
    held.taken = grant.taken;
    held.resetsAt = grant.resetsAt;
  }

  #heldOf(name: string): Held {
    let held = this.#held.get(name);
    if (!held) {
      if (this.#held.size >= maxKeys) this.#forgetEnded();
      held = { left: 0, taken: 0, resetsAt: 0, asking: undefined };
      this.#held.set(name, held);
    }
    return held;
  }

  /** What is forgotten too early is only asked for again. */
  #forgetEnded(): void {
    const nowMs = this.clock.now();
    for (const [name, { resetsAt }] of this.#held) if (resetsAt <= nowMs) this.#held.delete(name);
    if (this.#held.size >= maxKeys) this.#held.clear();
  }
}

/** A hash, because keys may hold whatever strangers send, and who they are is nobody's business here. */
const nameOf = ({ name, limit, windowMs }: RateLimit, key: string): string =>
  hash('sha256', `${name} ${limit} ${windowMs} ${key}`, 'base64url');
