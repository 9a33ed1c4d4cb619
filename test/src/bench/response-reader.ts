const headEnd = '\r\n\r\n';

/** Finds where HTTP answers begin and end in a stream of bytes; only those that tell their length. */
export class ResponseReader {
  #head = '';
  #bodyLeft = 0;
  #status = '';
  #retryAfter = 0;
  #inBody = false;

  /** @param answered with the status, and what `Retry-After` says, in seconds */
  constructor(private readonly answered: (status: string, retryAfter: number) => void) {}

  read(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (!this.#isInBody()) offset = this.#readHead(chunk, offset);
      if (!this.#isInBody()) return;
      const taken = Math.min(this.#bodyLeft, chunk.length - offset);
      offset += taken;
      this.#bodyLeft -= taken;
      if (this.#bodyLeft > 0) return;
      this.#inBody = false;
      this.answered(this.#status, this.#retryAfter);
    }
  }

  #isInBody(): boolean {
    return this.#inBody;
  }

  #readHead(chunk: Buffer, offset: number): number {
    const end = chunk.indexOf(headEnd, offset, 'latin1');
    // A head that is cut in two is rare; the cut may lie within its end.
    if (end === -1 || this.#head !== '') {
      const before = this.#head.length;
      this.#head += chunk.toString('latin1', offset);
      const at = this.#head.indexOf(headEnd);
      if (at === -1) return chunk.length;
      this.#begin(this.#head.slice(0, at));
      this.#head = '';
      return offset + at + headEnd.length - before;
    }
    this.#begin(chunk.toString('latin1', offset, end));
    return end + headEnd.length;
  }

  #begin(head: string): void {
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error('An answer did not tell its length.');
    this.#status = head.slice(9, 12);
    this.#retryAfter = this.#status === '429' ? Number(/\r\nretry-after: (\d+)/i.exec(head)?.[1] ?? 0) : 0;
    this.#bodyLeft = Number(length);
    this.#inBody = true;
  }
}
