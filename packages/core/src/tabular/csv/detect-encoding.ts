import { isAscii, isUtf8 } from 'node:buffer';
import type { FileSource } from '../file-source.js';
import type { CsvEncoding } from '../table.js';

export interface DetectedEncoding {
  readonly encoding: CsvEncoding;
  /** Where the text begins, behind a byte order mark. */
  readonly startByte: number;
}

/**
 * Tells the encoding by a byte order mark, by the zeros that UTF-16 leaves between Latin letters, and otherwise by
 * whether the bytes are UTF-8. The whole file is looked at for that: a single name with an accent may stand in the last
 * row, and by then a guess would have spoilt it.
 */
export async function detectEncoding(file: FileSource, head: Buffer, signal?: AbortSignal): Promise<DetectedEncoding> {
  const utf16 = detectUtf16(head);
  if (utf16 !== undefined) return utf16;
  if (head.subarray(0, 3).equals(utf8Mark)) return { encoding: 'utf-8', startByte: 3 };
  return { encoding: await detectUtf8(file, signal), startByte: 0 };
}

const scanBytes = 512 * 1024;
const utf8Mark = Buffer.from('\ufeff');

/** UTF-16 with its mark, or without one where nearly every other byte is zero. */
export function detectUtf16(head: Buffer): DetectedEncoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', startByte: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', startByte: 2 };
  let even = 0;
  let odd = 0;
  for (let at = 0; at < head.length; at++) {
    if (head[at] !== 0) continue;
    if (at % 2 === 0) even++;
    else odd++;
  }
  const many = head.length * 0.3;
  if (odd > many && even * 20 < odd) return { encoding: 'utf-16le', startByte: 0 };
  if (even > many && odd * 20 < even) return { encoding: 'utf-16be', startByte: 0 };
  return undefined;
}

async function detectUtf8(file: FileSource, signal?: AbortSignal): Promise<CsvEncoding> {
  let carried = Buffer.alloc(0);
  let sawUtf8 = false;
  for await (const chunk of file.chunks(0, file.sizeBytes, signal, scanBytes)) {
    const bytes = carried.length > 0 ? Buffer.concat([carried, chunk]) : chunk;
    const whole = bytes.length - unfinishedBytes(bytes);
    const characters = bytes.subarray(0, whole);
    if (!isUtf8(characters)) return sawUtf8 || mostlyUtf8(characters) ? 'utf-8' : 'windows-1252';
    sawUtf8 ||= !isAscii(characters);
    carried = Buffer.from(bytes.subarray(whole));
  }
  return carried.length === 0 || sawUtf8 ? 'utf-8' : 'windows-1252';
}

/** How many bytes at the end begin a character that the next chunk finishes. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** A damaged byte does not make a UTF-8 file Latin-1: there, hardly two bytes in a row look like UTF-8. */
function mostlyUtf8(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  // eslint-disable-next-line no-control-regex -- ASCII begins with control characters.
  const wellFormed = text.match(/[^\x00-\x7f\ufffd]/gu)?.length ?? 0;
  return wellFormed > broken;
}
