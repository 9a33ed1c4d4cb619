import { FrameError } from './errors.js';
import { headerOctets } from './layout.js';
import { readInt32 } from './octets.js';

/** Where a PDU lies. The octets are never written again, so the buffer may be kept; see `Pdu.detach`. */
export type OnFrame = (buffer: Buffer, start: number, length: number) => void;

const lengthOctets = 4;
const firstRoomOctets = 256;

/**
 * Cuts a stream into PDUs where they lie. Only a PDU that is split over chunks is copied together, and its room
 * grows with what has arrived, never with what `command_length` announces.
 */
export class FrameReader {
  readonly #maxLength: number;
  #partial = Buffer.alloc(0);
  #have = 0;
  #error: FrameError | undefined;

  /** `maxLength`: the longest PDU that is taken, in octets. */
  constructor({ maxLength }: { maxLength: number }) {
    this.#maxLength = maxLength;
  }

  /** Octets of a PDU that has not arrived whole. */
  get pending(): number {
    return this.#have;
  }

  /**
   * Calls `onFrame`, which must not throw, for every PDU that is now whole. Throws `FrameError` for a
   * `command_length` below 16 or above the maximum, as soon as its four octets are there, and from then on always.
   */
  read(chunk: Buffer, onFrame: OnFrame): void {
    if (this.#error) throw this.#error;
    let at = this.#have > 0 ? this.#readPartial(chunk, onFrame) : 0;
    while (chunk.length - at >= lengthOctets) {
      const length = this.#lengthAt(chunk, at, chunk.length);
      if (chunk.length - at < length) break;
      onFrame(chunk, at, length);
      at += length;
    }
    if (at < chunk.length) this.#keep(chunk, at, chunk.length);
  }

  /** Completes the PDU that was split; answers where the next one begins. */
  #readPartial(chunk: Buffer, onFrame: OnFrame): number {
    let at = 0;
    // As much of the header as there is comes first: a broken length is answered with its sequence where that came.
    if (this.#have < headerOctets) {
      at = Math.min(headerOctets - this.#have, chunk.length);
      this.#keep(chunk, 0, at);
      if (this.#have < lengthOctets) return at;
    }
    const length = this.#lengthAt(this.#partial, 0, this.#have);
    const end = Math.min(at + length - this.#have, chunk.length);
    this.#keep(chunk, at, end);
    if (this.#have === length) {
      const whole = this.#partial;
      this.#partial = Buffer.alloc(0);
      this.#have = 0;
      onFrame(whole, 0, length);
    }
    return end;
  }

  #lengthAt(buffer: Buffer, at: number, end: number): number {
    const length = readInt32(buffer, at);
    if (length >= headerOctets && length <= this.#maxLength) return length;
    this.#error = new FrameError(end - at >= headerOctets ? readInt32(buffer, at + headerOctets - 4) : 0);
    throw this.#error;
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    const have = this.#have + end - start;
    if (have > this.#partial.length) {
      const larger = Buffer.allocUnsafe(Math.max(have, firstRoomOctets, 2 * this.#have));
      this.#partial.copy(larger, 0, 0, this.#have);
      this.#partial = larger;
    }
    chunk.copy(this.#partial, this.#have, start, end);
    this.#have = have;
  }
}
