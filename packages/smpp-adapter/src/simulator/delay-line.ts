import { Fifo } from '../session/fifo.js';

/**
 * Hands out what was put in after its delay. There are few different delays and many items, so each delay has a queue
 * that is in order by itself, and one timer serves them all.
 */
export class DelayLine<T> {
  readonly #queues = new Map<number, Fifo<{ readonly at: number; readonly item: T }>>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;

  constructor(private readonly onDue: (item: T) => void) {}

  add(delayMs: number, item: T): void {
    let queue = this.#queues.get(delayMs);
    if (!queue) this.#queues.set(delayMs, (queue = new Fifo()));
    const at = Date.now() + delayMs;
    queue.push({ at, item });
    if (at < this.#timerAt) this.#arm(at);
  }

  /** Forgets everything. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timerAt = Infinity;
    this.#queues.clear();
  }

  #arm(at: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = at;
    // An operator does not keep its customer's process alive; its sockets do, while they are open.
    this.#timer = setTimeout(() => this.#handOut(), Math.max(0, at - Date.now())).unref();
  }

  #handOut(): void {
    this.#timerAt = Infinity;
    const nowMs = Date.now();
    let next = Infinity;
    for (const queue of this.#queues.values()) {
      let first = queue.peek();
      for (; first && first.at <= nowMs; first = queue.peek()) {
        queue.shift();
        this.onDue(first.item);
      }
      if (first && first.at < next) next = first.at;
    }
    if (next < this.#timerAt) this.#arm(next);
  }
}
