import type { Urgency } from '../runtime.js';

/** After so many urgent writes in a row one that waits has its turn, so that a flood of them cannot stop the others. */
const urgentInARow = 4;
/** For how long after a write that was to be done at once the next one is expected. */
const expectedForMs = 1_000;

export interface WriteOrderOptions {
  /** How many may write at a time. */
  places: number;
  /** How many may while more is expected that is to be done at once. */
  placesInAHurry: number;
  /**
   * How long a write waits for a place before it goes without one, in milliseconds, and that an urgent one does so
   * without waiting; for a database where more can write, only slower. For ever unless given.
   */
  patienceMs?: number;
}

/** Goes on, with a place or without. */
type Waiting = (hasPlace: boolean) => void;

/**
 * Who writes next when more want to than may at a time: urgent writes first, else in the order they came. What a lane
 * promises would be worth little if an OTP stood in line behind the batches of a campaign to be written down.
 */
export class WriteOrder {
  #taken = 0;
  #inAHurryUntil = 0;
  #urgentSince = 0;
  readonly #urgent: Waiting[] = [];
  readonly #others: Waiting[] = [];

  constructor(private readonly options: WriteOrderOptions) {}

  async run<T>(urgency: Urgency | undefined, write: () => Promise<T>): Promise<T> {
    if (urgency === 'at once') this.#inAHurryUntil = performance.now() + expectedForMs;
    const hasPlace = await this.#place(urgency !== undefined);
    try {
      return await write();
    } finally {
      if (hasPlace) this.#leave();
    }
  }

  #place(isUrgent: boolean): boolean | Promise<boolean> {
    const { patienceMs } = this.options;
    if (this.#hasPlace) {
      this.#taken++;
      return true;
    }
    if (patienceMs === undefined) {
      return new Promise((resolve) => (isUrgent ? this.#urgent : this.#others).push(resolve));
    }
    return !isUrgent && this.#placeWithin(patienceMs);
  }

  #placeWithin(patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const goOn: Waiting = (hasPlace) => {
        clearTimeout(timer);
        resolve(hasPlace);
      };
      // Whoever holds the places may be waiting for a row that is locked: nobody else is to wait for that.
      const timer = setTimeout(() => {
        this.#others.splice(this.#others.indexOf(goOn), 1);
        resolve(false);
      }, patienceMs);
      this.#others.push(goOn);
    });
  }

  get #hasPlace(): boolean {
    const { places, placesInAHurry } = this.options;
    return this.#taken < (performance.now() < this.#inAHurryUntil ? placesInAHurry : places);
  }

  /** The place goes from hand to hand: whoever comes in between finds none free. */
  #leave(): void {
    this.#taken--;
    while (this.#hasPlace) {
      const next = this.#next();
      if (!next) return;
      this.#taken++;
      next(true);
    }
  }

  #next(): Waiting | undefined {
    const isOthersTurn = this.#urgent.length === 0 || this.#urgentSince >= urgentInARow;
    const other = isOthersTurn ? this.#others.shift() : undefined;
    this.#urgentSince = other ? 0 : this.#urgentSince + 1;
    return other ?? this.#urgent.shift();
  }
}
