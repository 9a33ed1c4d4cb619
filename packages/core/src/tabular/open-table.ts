import { openCsv } from './csv/read-csv.js';
import { detectKind } from './file-kind.js';
import { FileSource } from './file-source.js';
import { defaultLimits, type Table, type TableLimits } from './table.js';
import { openWorkbook } from './xlsx/open-workbook.js';

/** Enough to see the delimiter and to recognise any signature. */
const headBytes = 64 * 1024;

export interface OpenTableOptions {
  /** Any of the limits, where {@link defaultLimits} do not fit. */
  readonly limits?: Partial<TableLimits>;
  /** Stops the opening, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a file of rows, CSV or XLSX, as its content says and not its name. Whoever opens it closes it.
 *
 * @param source a path, or the descriptor of an open file, which stays open.
 * @throws SmsError `file_invalid` with a sentence for whoever made the file, when it is something else or damaged.
 */
export async function openTable(source: string | number, options: OpenTableOptions = {}): Promise<Table> {
  const { signal } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const file = await FileSource.open(source);
  try {
    signal?.throwIfAborted();
    const head = await file.read(Buffer.allocUnsafe(Math.min(headBytes, file.sizeBytes)), 0);
    return detectKind(head) === 'zip'
      ? await openWorkbook(file, limits, signal)
      : await openCsv(file, head, limits, signal);
  } catch (error) {
    await file.close();
    throw error;
  }
}
