import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitState, RateLimit, RateLimits } from './rate-limit.js';

/** Counts in this process alone: for a platform that is one process, as it is on SQLite. */
export class MemoryRateLimits implements RateLimits {
  readonly #counters = new Map<string, RateLimiterMemory>();

  async take(limit: RateLimit, key: string, weight = 1): Promise<LimitState> {
    const counter = this.#counterOf(limit);
    try {
      return stateOf(limit, true, await counter.consume(key, weight));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      // The counter has counted what it refused; a batch that was too large must not use up what smaller ones may take.
      return stateOf(limit, false, await counter.reward(key, weight));
    }
  }

  async giveBack(limit: RateLimit, key: string, weight = 1): Promise<void> {
    await this.#counterOf(limit).reward(key, weight);
  }

  #counterOf({ name, limit, windowMs }: RateLimit): RateLimiterMemory {
    const counterName = `${name} ${limit} ${windowMs}`;
    let counter = this.#counters.get(counterName);
    if (!counter) {
      counter = new RateLimiterMemory({ keyPrefix: counterName, points: limit, duration: windowMs / 1_000 });
      this.#counters.set(counterName, counter);
    }
    return counter;
  }
}

const stateOf = ({ limit }: RateLimit, isWithin: boolean, counted: RateLimiterRes): LimitState => ({
  isWithin,
  limit,
  remaining: Math.max(0, limit - counted.consumedPoints),
  resetsInMs: Math.max(0, counted.msBeforeNext),
});
