import { noShift, type Shift } from './national-languages.js';
import { decodeSeptets, encodeSeptets } from './septet-codec.js';

/** How characters become octets. `gsm7` has one septet an octet; `ucs2` is UTF-16, the most significant octet first. */
export type Alphabet = 'gsm7' | 'latin1' | 'ascii' | 'utf8' | 'ucs2';

/** The alphabets that `data_coding` 0 may stand for; peers are of different minds. Source: contracts/smpp.md §5.6. */
export type DefaultAlphabet = Exclude<Alphabet, 'ucs2'>;

/**
 * Writes a text; null when the alphabet does not have all of its characters. Nothing is ever replaced: whoever asks
 * decides between UCS-2 and transliterating.
 */
export function encodeText(text: string, alphabet: Alphabet, shift: Shift = noShift): Buffer | null {
  switch (alphabet) {
    case 'gsm7':
      return encodeSeptets(text, shift);
    case 'latin1':
      return isWithin(text, 0xff) ? Buffer.from(text, 'latin1') : null;
    case 'ascii':
      return isWithin(text, 0x7f) ? Buffer.from(text, 'latin1') : null;
    case 'utf8':
      return /\p{Surrogate}/u.test(text) ? null : Buffer.from(text, 'utf8');
    case 'ucs2':
      return Buffer.from(text, 'utf16le').swap16();
  }
}

/** Reads a text. Octets that mean nothing in the alphabet become U+FFFD, half a UTF-16 unit at the end among them. */
export function decodeText(octets: Buffer, alphabet: Alphabet, shift: Shift = noShift): string {
  switch (alphabet) {
    case 'gsm7':
      return decodeSeptets(octets, shift);
    case 'latin1':
    case 'ascii':
      // Nobody who says ASCII and sends more means anything but latin1.
      return octets.toString('latin1');
    case 'utf8':
      return octets.toString('utf8');
    case 'ucs2': {
      const whole = octets.length & ~1;
      const text = Buffer.from(octets.subarray(0, whole)).swap16().toString('utf16le');
      return whole === octets.length ? text : `${text}\ufffd`;
    }
  }
}

/** The same octets as a Buffer, which knows more encodings. */
export function bufferOf(octets: Uint8Array): Buffer {
  return Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.length);
}

function isWithin(text: string, lastUnit: number): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > lastUnit) return false;
  return true;
}
