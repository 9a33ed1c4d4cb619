import type { FileSource } from '../file-source.js';
import type { CsvDelimiter, ReadOptions, Table, TableLimits, TableRow } from '../table.js';
import { textDecoder } from './decode-text.js';
import { detectDelimiter } from './detect-delimiter.js';
import { detectEncoding, type DetectedEncoding } from './detect-encoding.js';
import { RecordReader, withPlainBreaks } from './record-reader.js';

/** Excel's own way of naming the delimiter; it shows the next line as row 1. */
const delimiterLine = /^sep=([,;\t|])(?:\r\n|\n|\r|$)/i;

interface CsvFormat extends DetectedEncoding {
  readonly delimiter: CsvDelimiter;
  /** What stands before the first row, in characters. */
  readonly skippedCharacters: number;
}

/** Opens text as rows: finds its encoding and its delimiter. */
export async function openCsv(
  file: FileSource,
  head: Buffer,
  limits: TableLimits,
  signal?: AbortSignal,
): Promise<Table> {
  const { encoding, startByte } = await detectEncoding(file, head, signal);
  const sample = textDecoder(encoding).decode(Buffer.from(head.subarray(startByte)));
  const [line = '', named] = delimiterLine.exec(sample) ?? [];
  const delimiter =
    (named as CsvDelimiter | undefined) ?? detectDelimiter(withPlainBreaks(sample), head.length < file.sizeBytes);
  const format: CsvFormat = { encoding, startByte, delimiter, skippedCharacters: line.length };
  return {
    format: { kind: 'csv', encoding, delimiter },
    sizeBytes: file.sizeBytes,
    rows: (options = {}) => readRows(file, format, limits, options),
    close: () => file.close(),
  };
}

async function* readRows(
  file: FileSource,
  { encoding, startByte, delimiter, skippedCharacters }: CsvFormat,
  limits: TableLimits,
  { afterRow = 0, signal }: ReadOptions,
): AsyncGenerator<TableRow[], void, undefined> {
  const decoder = textDecoder(encoding);
  const records = new RecordReader(delimiter, limits, afterRow);
  let toSkip = skippedCharacters;
  try {
    for await (const chunk of file.chunks(startByte, file.sizeBytes, signal)) {
      const text = decoder.decode(chunk);
      records.read(text.slice(toSkip), true);
      toSkip = Math.max(0, toSkip - text.length);
      for (const batch of records.batch.takeFull()) {
        signal?.throwIfAborted();
        yield batch;
      }
    }
    records.read(decoder.end(), false);
  } catch (error) {
    if (signal?.aborted !== true) yield* records.batch.takeAll();
    throw error;
  }
  yield* records.batch.takeAll();
}
