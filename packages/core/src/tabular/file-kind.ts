import { fileInvalid } from './file-invalid.js';
import { detectUtf16 } from './csv/detect-encoding.js';

const saveAs = 'open it in a spreadsheet program, save the sheet as .xlsx or .csv, and send that file';

/** An archive, an empty one, and one in several pieces. */
const zipStarts = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];

/** What files begin with, as Latin-1. The short ones count only where the bytes are no text. */
const signatures: readonly (readonly [start: string | RegExp, what: string])[] = [
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  [/^(II\*\0|MM\0\*)/, 'a TIFF image'],
  ['BM', 'a BMP image'],
  [/^RIFF[^]{4}WEBP/, 'a WebP image'],
  [/^[^]{4}ftyp(heic|heix|mif1|avif)/, 'a HEIC image'],
  [/^[^]{4}ftyp/, 'a video or sound'],
  [/^(ID3|OggS|RIFF|fLaC|\xff[\xf2\xf3\xfb])/, 'a video or sound'],
  ['\x1f\x8b', 'a gzip archive: unpack it and send the file inside'],
  ['BZh', 'a bzip2 archive: unpack it and send the file inside'],
  ['\xfd7zXZ', 'an xz archive: unpack it and send the file inside'],
  ['7z\xbc\xaf', 'a 7-Zip archive: unpack it and send the file inside'],
  ['Rar!', 'a RAR archive: unpack it and send the file inside'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive: unpack it and send the file inside'],
  ['SQLite format 3', 'an SQLite database'],
  ['PAR1', 'a Parquet file'],
  [/^(MZ|\x7fELF)/, 'a program'],
];

/** Documents that are text, or begin like it. */
const documents: readonly (readonly [start: RegExp, what: string])[] = [
  [/^%PDF-/, 'a PDF document'],
  [/^\{\\rtf/, 'an RTF document'],
  [/^<\?xml[^]*?<(\w+:)?Workbook\b/, 'an XML spreadsheet of Excel 2003'],
  [/^<(!doctype html|html|head|meta|style|table|body|div)\b/i, 'a web page'],
  [/^<\?xml\b/, 'an XML document'],
  [/^(\{|\[\s*\{)\s*"[^"]*"\s*:/, 'a JSON document'],
];

/**
 * Tells by its first bytes what a file is; its name says nothing reliable.
 *
 * @throws SmsError `file_invalid` that names what the file is, when it is neither a zip archive nor text.
 */
export function detectKind(head: Buffer): 'zip' | 'text' {
  const text = head.toString('latin1');
  if (text === '') throw fileInvalid('The file is empty: choose the file again, or save it again first.');
  if (zipStarts.some((start) => text.startsWith(start))) return 'zip';
  if (text.startsWith('\xd0\xcf\x11\xe0')) {
    throw fileInvalid('The file is an old .xls or an encrypted workbook: save it as .xlsx without a password.');
  }
  const utf16 = detectUtf16(head);
  const readable = text.replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '').replaceAll('\0', '');
  refuse(documents.find(([start]) => start.test(readable.trimStart()))?.[1]);
  if (utf16 === undefined && !looksLikeText(text)) {
    const found = signatures.find(([start]) => (typeof start === 'string' ? text.startsWith(start) : start.test(text)));
    refuse(found?.[1] ?? 'neither text nor a workbook');
  }
  return 'text';
}

function refuse(what: string | undefined): void {
  if (what === undefined) return;
  throw fileInvalid(`The file is ${what}${what.includes(':') ? '.' : `, whatever its name says: ${saveAs}.`}`);
}

/** Text has no NUL, and hardly any other control characters. */
function looksLikeText(text: string): boolean {
  if (text.includes('\0')) return false;
  // eslint-disable-next-line no-control-regex -- Those characters are what it looks for.
  return (text.match(/[\x01-\x08\x0e-\x1f\x7f]/g)?.length ?? 0) * 100 <= text.length;
}
