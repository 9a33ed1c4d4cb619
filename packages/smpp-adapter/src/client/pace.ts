/** How long complaints may still be about the pace before. */
const settleMs = 1_000;
/** Of the pace that was too much, this part is added each second. */
const recoveryPart = 1 / 20;
/** Without a limit and with little sent, one complaint must not choke what comes next. */
const leastReference = 20;

/**
 * Segments a second towards one operator. A token bucket that holds a tenth of a second's worth. When the operator
 * says it is too fast the pace is halved, once a second at most, and then recovers by a twentieth a second.
 *
 * Without a limit it counts what it lets through: the first complaint halves that, and when twice as much has gone
 * well, there is no limit again. It belongs to the operator and not to a connection, so it outlives reconnects.
 */
export class Pace {
  #pace: number;
  /** What is recovered from: the agreed limit, or what was being sent at the complaint. */
  #reference: number;
  #tokens: number;
  #updatedAt: number;
  #slowedAt = -Infinity;
  #second = { startedAt: 0, count: 0, last: 0 };

  constructor(
    private readonly limit: number,
    nowMs: number,
  ) {
    this.#pace = limit;
    this.#reference = limit;
    this.#tokens = this.#burst;
    this.#updatedAt = nowMs;
  }

  /** Segments a second now; Infinity for no limit. */
  get current(): number {
    return this.#pace;
  }

  get #burst(): number {
    return Math.max(1, this.#pace / 10);
  }

  /** Whether a segment may leave now. */
  allows(nowMs: number): boolean {
    if (this.#pace === Infinity) return true;
    const seconds = Math.max(0, nowMs - this.#updatedAt) / 1_000;
    this.#updatedAt = nowMs;
    const recovered = this.#pace + this.#reference * recoveryPart * seconds;
    this.#pace = Math.min(this.limit, recovered);
    if (this.limit === Infinity && recovered >= 2 * this.#reference) this.#pace = Infinity;
    this.#tokens = Math.min(this.#burst, this.#tokens + this.#pace * seconds);
    return this.#tokens >= 1;
  }

  /** Takes what is leaving. A long message may overdraw the bucket: its segments leave together. */
  take(segments: number, nowMs: number): void {
    this.#count(segments, nowMs);
    if (this.#pace !== Infinity) this.#tokens -= segments;
  }

  /** The operator says it is too fast. */
  slowDown(nowMs: number): void {
    if (nowMs - this.#slowedAt < settleMs) return;
    this.#slowedAt = nowMs;
    if (this.#pace === Infinity) {
      this.#reference = Math.max(leastReference, this.#second.count, this.#second.last);
      this.#pace = this.#reference;
      this.#updatedAt = nowMs;
      this.#tokens = 0;
    }
    this.#pace = Math.max(1, this.#pace / 2);
    this.#tokens = Math.min(this.#tokens, this.#burst);
  }

  /** How long until a segment may leave. */
  waitMs(): number {
    return this.#tokens >= 1 || this.#pace === Infinity ? 0 : Math.ceil(((1 - this.#tokens) / this.#pace) * 1_000);
  }

  #count(segments: number, nowMs: number): void {
    const second = this.#second;
    const elapsedMs = nowMs - second.startedAt;
    if (elapsedMs >= 1_000) {
      second.last = elapsedMs < 2_000 ? second.count : 0;
      second.startedAt = nowMs;
      second.count = 0;
    }
    second.count += segments;
  }
}
