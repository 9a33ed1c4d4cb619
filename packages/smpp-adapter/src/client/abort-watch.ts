/** Listens to signals: once to each, however many messages come with it, and only while one of them has no outcome. */
export class AbortWatch {
  readonly #watched = new Map<AbortSignal, { messages: number; listener: () => void }>();

  constructor(private readonly onAbort: (signal: AbortSignal) => void) {}

  add(signal: AbortSignal, messages: number): void {
    if (messages === 0) return;
    const watched = this.#watched.get(signal);
    if (watched) {
      watched.messages += messages;
      return;
    }
    const listener = (): void => this.onAbort(signal);
    signal.addEventListener('abort', listener, { once: true });
    this.#watched.set(signal, { messages, listener });
  }

  /** A message that came with the signal has its outcome. */
  remove(signal: AbortSignal): void {
    const watched = this.#watched.get(signal);
    if (!watched || --watched.messages > 0) return;
    signal.removeEventListener('abort', watched.listener);
    this.#watched.delete(signal);
  }
}
