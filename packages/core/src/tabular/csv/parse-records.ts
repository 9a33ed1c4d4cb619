import { Parser } from 'papaparse';
import type { CsvDelimiter } from '../table.js';

export interface ParsedRecords {
  readonly records: string[][];
  /** Where the first record that is not in `records` begins. */
  readonly end: number;
  /** The index of the first record whose quotation marks are wrong; it has swallowed what follows. */
  readonly malformed: number | undefined;
}

/** What Papa Parse's parser answers; its types leave it open. */
interface PapaResult {
  readonly data: string[][];
  readonly errors: readonly { readonly row: number }[];
  readonly meta: { readonly cursor: number };
}

/**
 * Cuts text into records. The parser under Papa Parse's streams is used directly: the streams keep everything behind an
 * open quotation mark in memory, and take the first line break they meet for the only kind.
 *
 * @param text whose line breaks are all `\n`.
 * @param more whether text follows, so that the last record may be unfinished and is left for the next call.
 */
export function parseRecords(text: string, delimiter: CsvDelimiter, more: boolean): ParsedRecords {
  const parser = new Parser({ delimiter, newline: '\n', quoteChar: '"' });
  const { data, errors, meta } = parser.parse(text, 0, more) as PapaResult;
  // With more to come, what is wrong with the unfinished record may only be that it is unfinished.
  const malformed = errors.find(({ row }) => !more || row < data.length)?.row;
  return { records: data, end: more ? meta.cursor : text.length, malformed };
}
