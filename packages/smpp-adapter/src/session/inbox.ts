import type { AnyPdu } from '../pdu/pdu.js';
import { Fifo } from './fifo.js';

/**
 * Requests of the peer. At most `maxUnanswered` are with the owner; those that came in one chunk with the one that
 * filled its hands are held until an answer makes room.
 */
export class Inbox {
  readonly #unanswered = new Set<AnyPdu>();
  readonly #held = new Fifo<AnyPdu>();

  constructor(
    private readonly maxUnanswered: number,
    /** Decides what becomes of a request whose turn it is. */
    private readonly take: (pdu: AnyPdu) => void,
  ) {}

  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** Whether the peer should send no more for now. */
  get isFull(): boolean {
    return this.#held.length > 0 || this.#unanswered.size >= this.maxUnanswered;
  }

  get isEmpty(): boolean {
    return this.#held.length === 0 && this.#unanswered.size === 0;
  }

  receive(pdu: AnyPdu): void {
    if (this.isFull) this.#held.push(pdu);
    else this.take(pdu);
  }

  /** The owner is about to get a request that it has to answer. */
  admit(pdu: AnyPdu): void {
    this.#unanswered.add(pdu);
  }

  /** An answer has come; false when none is owed. */
  settle(pdu: AnyPdu): boolean {
    return this.#unanswered.delete(pdu);
  }

  /** Takes up what answers have made room for. */
  release(): void {
    while (this.#unanswered.size < this.maxUnanswered) {
      const pdu = this.#held.shift();
      if (!pdu) break;
      this.take(pdu);
    }
  }

  clear(): void {
    this.#unanswered.clear();
    this.#held.takeAll();
  }
}
