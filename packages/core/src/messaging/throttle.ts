/** How long complaints may still be about the pace before. */
const settleMs = 1_000;

/**
 * Paces a transport in segments a second. A token bucket that holds a tenth of a second's worth (one segment at
 * least), so that the operator never sees a burst.
 *
 * When the operator says it is too fast the pace is halved, once a second at most, and recovers by a twentieth of the
 * full pace a second.
 */
export class Throttle {
  #pace: number;
  #tokens: number;
  #updatedAt: number;
  #slowedAt = -Infinity;

  constructor(
    private readonly segmentsPerSecond: number,
    nowMs: number,
  ) {
    this.#pace = segmentsPerSecond;
    this.#tokens = this.#burst;
    this.#updatedAt = nowMs;
  }

  get #burst(): number {
    return Math.max(1, this.#pace / 10);
  }

  /** How many segments may leave now. */
  available(nowMs: number): number {
    if (this.segmentsPerSecond === Infinity) return Infinity;
    const seconds = Math.max(0, nowMs - this.#updatedAt) / 1_000;
    this.#updatedAt = nowMs;
    this.#pace = Math.min(this.segmentsPerSecond, this.#pace + (this.segmentsPerSecond / 20) * seconds);
    this.#tokens = Math.min(this.#burst, this.#tokens + this.#pace * seconds);
    return Math.floor(this.#tokens);
  }

  /** Takes what is leaving. A long message may overdraw the bucket: its segments leave together. */
  take(segments: number): void {
    this.#tokens -= segments;
  }

  /** Gives back what was taken and did not leave. */
  giveBack(segments: number): void {
    this.#tokens += segments;
  }

  slowDown(nowMs: number): void {
    // One burst is refused message by message: what left before the pace was halved says nothing about the new one.
    if (nowMs - this.#slowedAt < settleMs) return;
    this.#slowedAt = nowMs;
    this.#pace = Math.max(1, this.#pace / 2);
  }

  /** How long until a segment may leave. */
  waitMs(): number {
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.#pace) * 1_000);
  }
}
