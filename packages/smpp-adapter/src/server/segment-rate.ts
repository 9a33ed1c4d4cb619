/**
 * A token bucket of segments. It holds one second's worth, and what is taken beyond that is owed: whoever comes next
 * waits until it has been paid. Source: contracts/smpp.md §6.4.
 */
export class SegmentRate {
  #tokens: number;
  #filledAt: number;

  constructor(
    private perSecond: number,
    nowMs: number,
  ) {
    this.#tokens = perSecond;
    this.#filledAt = nowMs;
  }

  get segmentsPerSecond(): number {
    return this.perSecond;
  }

  change(perSecond: number): void {
    this.perSecond = perSecond;
    this.#tokens = Math.min(this.#tokens, perSecond);
  }

  /** Takes segments; answers how long they have to wait, or undefined, taking nothing, when that is above `mostMs`. */
  take(segments: number, nowMs: number, mostMs: number): number | undefined {
    this.#tokens = Math.min(this.perSecond, this.#tokens + ((nowMs - this.#filledAt) * this.perSecond) / 1_000);
    this.#filledAt = nowMs;
    // More than the bucket holds, as a submit_multi may bring, goes when it is full, and is paid for afterwards.
    const missing = Math.min(segments, this.perSecond) - this.#tokens;
    const waitMs = missing <= 0 ? 0 : (missing * 1_000) / this.perSecond;
    if (waitMs > mostMs) return undefined;
    this.#tokens -= segments;
    return waitMs;
  }
}
