import type { Random } from '@ujumbe/core';

export interface PartReferencesOptions {
  /** How many pairs of numbers are remembered; 100,000 unless said otherwise. */
  readonly limit?: number;
  readonly random?: Random;
}

/**
 * Counts the long messages from a source to a destination, because a handset joins parts by that reference. It starts
 * anywhere: from zero, the first messages after a restart would be joined with the last ones before it.
 */
export class PartReferences {
  #last = new Map<string, number>();
  readonly #limit: number;
  readonly #random: Random;

  constructor({ limit = 100_000, random = Math.random }: PartReferencesOptions = {}) {
    this.#limit = limit;
    this.#random = random;
  }

  /** The reference of the next long message between them, 0–65535. */
  next(source: string, destination: string): number {
    const pair = `${source}\0${destination}`;
    const last = this.#last.get(pair);
    const reference = last === undefined ? Math.floor(this.#random() * 0x10000) : (last + 1) & 0xffff;
    // Set anew, the pair is the youngest: the one that was idle longest is forgotten first.
    this.#last.delete(pair);
    this.#last.set(pair, reference);
    if (this.#last.size > this.#limit) this.#forgetOldest();
    return reference;
  }

  #forgetOldest(): void {
    for (const oldest of this.#last.keys()) {
      this.#last.delete(oldest);
      return;
    }
  }
}
