/** After so many urgent writes in a row one that waits has its turn, so that a flood of them cannot stop the others. */
const urgentInARow = 4;

export interface WriteOrderOptions {
  /** How many may write at a time. */
  places: number;
  /**
   * How long a write waits for a place before it goes without one, in milliseconds, and that an urgent one does so at
   * once; for a database where more can write, only slower. For ever unless given.
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
  #free: number;
  #urgentSince = 0;
  readonly #urgent: Waiting[] = [];
  readonly #others: Waiting[] = [];

  constructor(private readonly options: WriteOrderOptions) {
    this.#free = options.places;
  }

  async run<T>(isUrgent: boolean, write: () => Promise<T>): Promise<T> {
    const hasPlace = await this.#place(isUrgent);
    try {
      return await write();
    } finally {
      if (hasPlace) this.#leave();
    }
  }

  #place(isUrgent: boolean): boolean | Promise<boolean> {
    const { patienceMs } = this.options;
    if (this.#free > 0) {
      this.#free--;
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

  /** The place goes from hand to hand: whoever comes in between finds none free. */
  #leave(): void {
    const isOthersTurn = this.#urgent.length === 0 || this.#urgentSince >= urgentInARow;
    const other = isOthersTurn ? this.#others.shift() : undefined;
    this.#urgentSince = other ? 0 : this.#urgentSince + 1;
    const next = other ?? this.#urgent.shift();
    if (next) next(true);
    else this.#free++;
  }
}
