/**
 * A set of telephone numbers in eight bytes each: a million of them as strings would take ten times that. An E.164 number
 * has at most fifteen digits, which a double holds exactly.
 */
export class DistinctNumbers {
  #slots = new Float64Array(1_024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a number (a plus and digits); false when it is there already. */
  add(msisdn: string): boolean {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    if (!this.#put(Number(msisdn))) return false;
    this.#size++;
    return true;
  }

  #put(number: number): boolean {
    const slots = this.#slots;
    const mask = slots.length - 1;
    // Numbers of one network follow each other; multiplied by a large odd number, neighbours lie far apart.
    let slot = (Math.imul(number % 4_294_967_291, 2_654_435_761) >>> 0) & mask;
    while (slots[slot] !== 0) {
      if (slots[slot] === number) return false;
      slot = (slot + 1) & mask;
    }
    slots[slot] = number;
    return true;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    for (const number of before) if (number !== 0) this.#put(number);
  }
}
