import type { CsvDelimiter } from '../table.js';

export interface WriteCsvOptions {
  /** A comma unless set. */
  readonly delimiter?: CsvDelimiter;
  /** Between rows, and after the last one; `\r\n` unless set, as RFC 4180 has it. */
  readonly lineBreak?: '\r\n' | '\n';
  /** Starts the file with a byte order mark, without which Excel takes UTF-8 for the system's own encoding. */
  readonly byteOrderMark?: boolean;
  /**
   * Puts an apostrophe before a cell that a spreadsheet would run as a formula. Phone numbers and other plain numbers
   * stay as they are. For files made from what strangers wrote; a file written so does not read back the same.
   */
  readonly guardFormulas?: boolean;
}

/** What a cell may be written from. */
export type CsvCell = string | number | boolean | null | undefined;

const chunkCharacters = 64 * 1024;

// What spreadsheets take for the start of a formula, in full width as well, and what they strip before one.
const formulaStart = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const plainNumber = /^[+-]?\d[\d ]*(\.\d+)?$/;

/** One row as a line of CSV, with its line break. */
export function csvLine(cells: readonly CsvCell[], options: WriteCsvOptions = {}): string {
  const { delimiter = ',', lineBreak = '\r\n' } = options;
  const written = cells.map((cell) => writtenCell(cell, delimiter, options.guardFormulas === true)).join(delimiter);
  // An empty line would be read as no row at all.
  return (cells.length === 1 && written === '' ? '""' : written) + lineBreak;
}

/** Writes rows as CSV, in chunks of some 64 K characters, taking rows only as fast as chunks are taken. */
export async function* writeCsv(
  rows: Iterable<readonly CsvCell[]> | AsyncIterable<readonly CsvCell[]>,
  options: WriteCsvOptions = {},
): AsyncGenerator<string, void, undefined> {
  let chunk = options.byteOrderMark === true ? '\ufeff' : '';
  for await (const cells of rows) {
    chunk += csvLine(cells, options);
    if (chunk.length < chunkCharacters) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

function writtenCell(cell: CsvCell, delimiter: CsvDelimiter, guard: boolean): string {
  const text = cell === null || cell === undefined ? '' : String(cell);
  const safe = guard && formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text;
  return needsQuotes(safe, delimiter) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Beside what the format asks for: outer spaces, which some readers drop, and what would look like the file's own start. */
function needsQuotes(text: string, delimiter: CsvDelimiter): boolean {
  return text.includes(delimiter) || /["\r\n]|^[\s\ufeff]|\s$|^sep=/i.test(text);
}
