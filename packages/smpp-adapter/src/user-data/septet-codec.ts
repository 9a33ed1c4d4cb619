import { endianness } from 'node:os';
import { baseCharacters, escapeSeptet, extensionCharacters, septetCodes, septetCosts } from '@ujumbe/core';
import { noShift, shiftKey, type Shift } from './national-languages.js';
import { lockingShiftTable, singleShiftTable } from './shift-tables.js';

const space = 0x20;
// What is imported is read anew at each use; in the loops below that alone would take half of the time.
const escape = escapeSeptet;
const replacementCharacter = 0xfffd;

/** Octet → UTF-16 unit. */
interface Decoding {
  readonly base: Uint16Array;
  /** After an escape; 0 where the table has nothing. */
  readonly extension: Uint16Array;
  /** 1 where an octet is its own UTF-16 unit. */
  readonly identical: Uint8Array;
}

/** UTF-16 unit → septet, in the form of core's `septetCosts` and `septetCodes`. */
interface Encoding {
  readonly costs: Uint8Array;
  readonly codes: Uint8Array;
}

// Built when first used: a platform that sends no national languages pays for none of their 128 KB tables.
const decodings = new Map<string, Decoding>();
const encodings = new Map<string, Encoding>([[shiftKey(noShift), { costs: septetCosts, codes: septetCodes }]]);

// Where the units of one text stand until they are a string, in the byte order of the machine; nothing keeps it.
const scratch = new Uint16Array(1_024);
const scratchOctets = Buffer.from(scratch.buffer);
const isBigEndian = endianness() === 'BE';

/**
 * Reads GSM 7-bit text, one septet an octet. An escape before a code that its table does not have shows the base
 * character of that code; before another escape or nothing it shows a space. Octets above 0x7F are no septets: they
 * are read as latin1, which is what a peer that sends them meant. Source: 3GPP TS 23.038 §6.2.1.1.
 */
export function decodeSeptets(octets: Buffer, shift: Shift = noShift): string {
  const { base, extension, identical } = decodingOf(shift);
  const { length } = octets;
  let at = 0;
  while (at < length && identical[octets[at] ?? 0] === 1) at++;
  // Most texts are plain ASCII, and this is the fastest way from octets to a flat string.
  if (at === length) return octets.toString('latin1');
  const units = length <= scratch.length ? scratch : new Uint16Array(length);
  let end = 0;
  for (at = 0; at < length; at++) {
    const octet = octets[at] ?? 0;
    let unit = base[octet] ?? space;
    if (octet === escape && ++at < length) {
      const code = octets[at] ?? 0;
      const extended = extension[code] ?? 0;
      unit = extended === 0 ? (base[code] ?? space) : extended;
    }
    units[end++] = unit;
  }
  const text = units === scratch ? scratchOctets : Buffer.from(units.buffer);
  if (isBigEndian) text.subarray(0, 2 * end).swap16();
  return text.toString('utf16le', 0, 2 * end);
}

/** Writes GSM 7-bit text, one septet an octet; null when the text has a character that the tables do not. */
export function encodeSeptets(text: string, shift: Shift = noShift): Buffer | null {
  const { costs, codes } = encodingOf(shift);
  let septets = 0;
  for (let at = 0; at < text.length; at++) {
    const cost = costs[text.charCodeAt(at)] ?? 0;
    if (cost === 0) return null;
    septets += cost;
  }
  const octets = Buffer.allocUnsafe(septets);
  for (let at = 0, to = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (costs[unit] === 2) octets[to++] = escape;
    octets[to++] = codes[unit] ?? 0;
  }
  return octets;
}

/** UTF-16 unit → septets in those tables, 0 for what they do not have: what core's `measureText` takes as `costs`. */
export function septetCostsOf(shift: Shift): Uint8Array {
  return encodingOf(shift).costs;
}

function decodingOf(shift: Shift): Decoding {
  const key = shiftKey(shift);
  const known = decodings.get(key);
  if (known !== undefined) return known;
  const base = Uint16Array.from({ length: 256 }, (_, octet) => (octet < 0xa0 ? replacementCharacter : octet));
  for (const [septet, character] of baseOf(shift).entries()) base[septet] = character.charCodeAt(0) || space;
  base[escape] = space;
  const extension = new Uint16Array(256);
  for (const [septet, character] of extensionOf(shift)) extension[septet] = character.charCodeAt(0);
  const identical = Uint8Array.from({ length: 256 }, (_, octet) => Number(base[octet] === octet && octet < 0x80));
  const decoding = { base, extension, identical };
  decodings.set(key, decoding);
  return decoding;
}

function encodingOf(shift: Shift): Encoding {
  const key = shiftKey(shift);
  const known = encodings.get(key);
  if (known !== undefined) return known;
  const encoding = { costs: new Uint8Array(0x10000), codes: new Uint8Array(0x10000) };
  const place = (septet: number, character: string, cost: number): void => {
    const unit = character.charCodeAt(0);
    // Some characters stand at two places; the cheapest, and of those the first, is as good as any.
    if (character === '' || encoding.costs[unit] !== 0) return;
    encoding.costs[unit] = cost;
    encoding.codes[unit] = septet;
  };
  for (const [septet, character] of baseOf(shift).entries()) {
    if (septet !== escape) place(septet, character, 1);
  }
  for (const [septet, character] of extensionOf(shift)) place(septet, character, 2);
  encodings.set(key, encoding);
  return encoding;
}

function baseOf({ locking }: Shift): readonly string[] {
  return locking === undefined ? baseCharacters : lockingShiftTable(locking);
}

function extensionOf({ single }: Shift): ReadonlyMap<number, string> {
  return single === undefined ? extensionCharacters : singleShiftTable(single);
}
