import { createHash, randomFillSync } from 'node:crypto';
import type { Clock, Ids } from './runtime.js';

const poolBytes = 8_000;
const bytesAnId = 8;

const dash = 0x2d;
/** The character codes of the hexadecimal digits. */
const digits = Buffer.from('0123456789abcdef');

/**
 * UUID version 7 (RFC 9562), monotonic within a process: 48 bits of time, a 12-bit counter for ids of the same
 * millisecond, 62 random bits. Ordered keys keep an index's inserts at its right edge, and randomness drawn in
 * pools costs a tenth of one call per id. An id is written byte by byte, because a string put together of pieces costs
 * four times as much, and is put together once more by whoever reads it.
 */
export function uuidV7Ids(clock: Clock): Ids {
  const pool = new Uint8Array(poolBytes);
  let used = poolBytes;
  let lastMs = -1;
  let counter = 0;
  const text = Buffer.alloc(36, dash);

  const writeByte = (at: number, byte: number): void => {
    text[at] = digits[byte >> 4] ?? 0;
    text[at + 1] = digits[byte & 0xf] ?? 0;
  };

  function moveTo(timeMs: number): void {
    lastMs = timeMs;
    counter = 0;
    const time = timeMs.toString(16).padStart(12, '0');
    text.write(`${time.slice(0, 8)}-${time.slice(8)}-7`, 'latin1');
  }

  return {
    next() {
      const nowMs = clock.now();
      // More than 4,096 ids in a millisecond borrow from the next one, so that order holds.
      if (nowMs > lastMs) moveTo(nowMs);
      else if (++counter > 0xfff) moveTo(lastMs + 1);
      if (used + bytesAnId > poolBytes) {
        randomFillSync(pool);
        used = 0;
      }
      text[15] = digits[counter >> 8] ?? 0;
      writeByte(16, counter & 0xff);
      writeByte(19, 0x80 | ((pool[used] ?? 0) & 0x3f));
      writeByte(21, pool[used + 1] ?? 0);
      for (let byte = 2; byte < bytesAnId; byte++) writeByte(20 + 2 * byte, pool[used + byte] ?? 0);
      used += bytesAnId;
      return text.toString('latin1');
    },
  };
}

/** The same id for the same words, and another for others: UUID version 8 (RFC 9562) of their hash. */
export function namedUuid(...words: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(words)).digest('hex');
  const variant = ((parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

/** An id before all that are made at the time or later; ids sort by the time they were made. */
export function firstIdAt(timeMs: number): string {
  const time = Math.max(0, timeMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a customer's string can be an id at all; PostgreSQL refuses to compare a uuid column with anything else. */
export function isUuid(value: string): boolean {
  return uuidForm.test(value);
}
