import { StringDecoder } from 'node:string_decoder';
import type { CsvEncoding } from '../table.js';

/** Turns chunks of bytes into text; a character cut by the end of a chunk comes with the next one. */
export interface TextDecoder {
  decode(chunk: Buffer): string;
  /** What is left of a character that the end of the file cut. */
  end(): string;
}

// What Windows-1252 has where Latin-1 has control characters, from 0x80 on. Its five gaps stay what they are.
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * A decoder for one pass over a file. Its chunks must have an even number of bytes except for the last.
 *
 * Node's own TextDecoder is not used for Windows-1252: some of its versions read it as plain Latin-1.
 */
export function textDecoder(encoding: CsvEncoding): TextDecoder {
  if (encoding === 'windows-1252') return { decode: decodeWindows1252, end: () => '' };
  const decoder = new StringDecoder(encoding === 'utf-8' ? 'utf8' : 'utf16le');
  return {
    decode: (chunk) => decoder.write(encoding === 'utf-16be' ? swapBytes(chunk) : chunk),
    end: () => decoder.end(),
  };
}

function decodeWindows1252(chunk: Buffer): string {
  return chunk.toString('latin1').replace(/[\x80-\x9f]/g, (unit) => windows1252.charAt(unit.charCodeAt(0) - 0x80));
}

function swapBytes(chunk: Buffer): Buffer {
  return chunk.subarray(0, chunk.length & ~1).swap16();
}
