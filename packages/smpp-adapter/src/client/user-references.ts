/** A message that its operator's receipts may name by a number of ours. */
interface Referenced {
  readonly messageId: string;
  /** Without a plus. */
  readonly destination: string;
}

const numbers = 0x10000;

/**
 * Numbers for `user_message_reference`, which has 16 bits. A message keeps its number until it is known what became
 * of its submit, so that the few whose submit was never answered can be found by it for long; of those only
 * `limit` are remembered. Source: SMPP 3.4 §5.3.2.17.
 */
export class UserReferences {
  readonly #byNumber = new Map<number, Referenced>();
  #next: number;

  constructor(
    random: number,
    private readonly limit = 20_000,
  ) {
    // The numbers of the process before must not be taken for ours.
    this.#next = Math.floor(random * numbers);
  }

  /** A number for a message that is about to be sent. */
  give(referenced: Referenced): number {
    if (this.#byNumber.size >= this.limit) this.#forgetOldest();
    while (this.#byNumber.has(this.#next)) this.#next = (this.#next + 1) % numbers;
    const number = this.#next;
    this.#next = (number + 1) % numbers;
    this.#byNumber.set(number, referenced);
    return number;
  }

  /** The submit has been answered. */
  release(number: number): void {
    this.#byNumber.delete(number);
  }

  /** The message a receipt names; undefined when the number is another's, as the destination shows. */
  find(number: number, destination: string): string | undefined {
    const found = this.#byNumber.get(number);
    return found !== undefined && destination.endsWith(found.destination) ? found.messageId : undefined;
  }

  #forgetOldest(): void {
    for (const oldest of this.#byNumber.keys()) {
      this.#byNumber.delete(oldest);
      return;
    }
  }
}
