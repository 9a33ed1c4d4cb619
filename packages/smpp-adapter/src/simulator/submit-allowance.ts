/** How many submits an operator takes a second: a bucket that holds half a second's worth, and refuses when empty. */
export class SubmitAllowance {
  #tokens: number;
  #updatedAt = 0;

  constructor(private readonly perSecond: number) {
    this.#tokens = this.#most;
  }

  get #most(): number {
    return Math.max(1, this.perSecond / 2);
  }

  /** False when this one is too many. */
  take(nowMs: number): boolean {
    if (this.perSecond === Infinity) return true;
    this.#tokens = Math.min(this.#most, this.#tokens + ((nowMs - this.#updatedAt) * this.perSecond) / 1_000);
    this.#updatedAt = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
