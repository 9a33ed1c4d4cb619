import { looksLikePhone } from '../looks-like-phone.js';
import type { CsvDelimiter } from '../table.js';
import { parseRecords } from './parse-records.js';

/** In the order of how seldom they stand in a text for another reason. */
const delimiters: readonly CsvDelimiter[] = ['\t', ';', '|', ','];
const maxRecords = 100;

interface Score {
  readonly delimiter: CsvDelimiter;
  /** From the weightiest sign to the least. */
  readonly signs: readonly number[];
}

/**
 * Finds the delimiter by trying each on the beginning of the file. It makes cells that are phone numbers, leaves
 * quotation marks in pairs, and gives most records the same number of cells, in this order of weight: in
 * `255…,Habari; karibu` both signs cut every row in two, and only the comma leaves a number.
 *
 * @param more whether the file goes on after the sample.
 */
export function detectDelimiter(sample: string, more: boolean): CsvDelimiter {
  const scores = delimiters.map((delimiter) => scoreOf(sample, delimiter, more));
  const best = scores.reduce((held, candidate) => (isBetter(candidate, held) ? candidate : held));
  // A single column says nothing, and then the comma is what people expect.
  return best.signs.at(-1) === 0 ? ',' : best.delimiter;
}

function scoreOf(sample: string, delimiter: CsvDelimiter, more: boolean): Score {
  const { records, malformed } = parseRecords(sample, delimiter, more && sample.includes('\n'));
  const filled = records.filter((cells) => cells.length > 1 || cells[0] !== '').slice(0, maxRecords);
  const wellQuoted = malformed === undefined ? filled.filter((cells) => cells.every(hasQuotesInPairs)).length : 0;
  const withPhone = filled.filter((cells) => cells.some(isPhone)).length;
  const counts = new Map<number, number>();
  for (const { length } of filled) if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1);
  const alike = Math.max(0, ...counts.values());
  const share = (count: number): number => count / Math.max(1, filled.length);
  return { delimiter, signs: [share(withPhone), share(wellQuoted), share(alike)] };
}

/** A tab is a space to whoever heals numbers; here it may be the very delimiter. */
function isPhone(cell: string): boolean {
  return !/[\t;|]/.test(cell) && looksLikePhone(cell);
}

function hasQuotesInPairs(cell: string): boolean {
  return !cell.includes('"') || cell.split('"').length % 2 === 1;
}

function isBetter(candidate: Score, held: Score): boolean {
  const difference = candidate.signs.map((sign, at) => sign - (held.signs[at] ?? 0)).find((by) => by !== 0) ?? 0;
  return difference > 0;
}
