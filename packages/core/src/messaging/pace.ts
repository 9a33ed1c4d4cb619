const windowMs = 60_000;

/** How fast something has been going: the fastest second of the last minute, so that a pause is no slowness. */
export class Pace {
  /** By the second, oldest first. */
  readonly #seconds: { second: number; count: number }[] = [];

  add(count: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    const last = this.#seconds.at(-1);
    if (last?.second === second) last.count += count;
    else this.#seconds.push({ second, count });
    while ((this.#seconds[0]?.second ?? second) < second - windowMs / 1_000) this.#seconds.shift();
  }

  /** Null when nothing has moved in the last minute. */
  perSecond(nowMs: number): number | null {
    const since = (nowMs - windowMs) / 1_000;
    const recent = this.#seconds.filter(({ second }) => second >= since).map(({ count }) => count);
    return recent.length === 0 ? null : Math.max(...recent);
  }
}
