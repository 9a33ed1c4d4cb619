import type { Database } from '../runtime.js';
import { reserveIds } from './submitted.store.js';

const block = 10_000;

/**
 * Ids for submissions: decimal, 10 digits or more, unique in the whole database. Operators' and customers' software
 * strips zeros, changes case and reads hexadecimal; a plain number survives all of it. A process takes blocks of
 * them, so that an id costs no trip.
 */
export class DecimalIds {
  #next = 0;
  #end = 0;
  #reserving: Promise<void> | undefined;

  constructor(private readonly database: Database) {}

  async next(): Promise<number> {
    while (this.#next >= this.#end) await (this.#reserving ??= this.#reserve());
    return this.#next++;
  }

  async #reserve(): Promise<void> {
    try {
      this.#end = await this.database.write((tx) => reserveIds(tx, block));
      this.#next = this.#end - block;
    } finally {
      this.#reserving = undefined;
    }
  }
}
