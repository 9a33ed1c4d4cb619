/** Times in milliseconds, of which only the spread is of interest. */
export class Percentiles {
  readonly #times: number[] = [];

  add(timeMs: number): void {
    this.#times.push(timeMs);
  }

  get count(): number {
    return this.#times.length;
  }

  spread(): { p50: number; p99: number } {
    const sorted = Float64Array.from(this.#times).sort();
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  }
}
