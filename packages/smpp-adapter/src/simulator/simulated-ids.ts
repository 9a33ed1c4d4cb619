import { createHash } from 'node:crypto';
import type { SimulatedIds } from './simulator-options.js';

/** Names messages by numbers that rise. */
export class IdSequence {
  #last: number;

  constructor(seed: string | undefined) {
    this.#last = seed === undefined ? Date.now() * 1_000 : numberOf(seed);
  }

  next(): number {
    return ++this.#last;
  }
}

/** Eleven digits, so that the hexadecimal form has letters and both stay below 2^53 for long. */
function numberOf(seed: string): number {
  return 10_000_000_000 + createHash('sha256').update(seed).digest().readUInt32BE();
}

/** Hexadecimal ones are in capitals and padded, as operators have them. */
export function writeId(id: number, form: SimulatedIds): string {
  return form === 'decimal' ? String(id) : id.toString(16).toUpperCase().padStart(10, '0');
}
