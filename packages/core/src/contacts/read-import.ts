import { SmsError } from '../errors.js';
import { parseMsisdnCell } from '../numbers/msisdn-cell.js';
import { fileInvalid } from '../tabular/file-invalid.js';
import type { Table, TableRow } from '../tabular/table.js';
import type { RowError } from '../uploads/row-error.store.js';
import { importColumns, type ImportColumns } from './import-columns.js';
import { readContact, type ReadContact } from './upsert-contacts.js';

/** How many rows are written in one commit: few enough that nobody waits long for SQLite's one writer. */
const mostRowsAtOnce = 2_000;

/** A batch of rows of a file. */
export interface ImportBatch {
  /** As they stand in the file. */
  given: readonly TableRow[];
  /** Those that can be stored; their index is their place in `given`. */
  rows: ReadContact[];
  failed: RowError[];
  /** The last row of the batch. */
  place: number;
  titles: ImportColumns['titles'];
}

/**
 * Reads the rows of a file after a row, in batches.
 *
 * @throws SmsError `file_invalid` where the file cannot be read on
 */
export async function* readImport(
  table: Table,
  { afterRow, country, signal }: { afterRow: number; country: string; signal: AbortSignal },
): AsyncGenerator<ImportBatch, void, undefined> {
  const columns = importColumns(await firstRow(table, signal));
  const rows = table.rows({ afterRow: Math.max(afterRow, columns.headerRow), signal });
  for await (const batch of together(rows)) yield readBatch(batch, columns, country);
}

/** Batches are joined while they are short: a commit flushes to disk however little it writes. */
async function* together(batches: AsyncIterable<TableRow[]>): AsyncGenerator<TableRow[], void, undefined> {
  let joined: TableRow[] = [];
  try {
    for await (const batch of batches) {
      joined = joined.length === 0 ? batch : [...joined, ...batch];
      if (joined.length <= mostRowsAtOnce / 2) continue;
      yield joined;
      joined = [];
    }
  } catch (error) {
    // What stood before the place where a file breaks is imported.
    if (joined.length > 0) yield joined;
    throw error;
  }
  if (joined.length > 0) yield joined;
}

async function firstRow(table: Table, signal: AbortSignal): Promise<TableRow> {
  for await (const [row] of table.rows({ signal })) if (row) return row;
  throw fileInvalid('The file has no rows: fill it in, and send it again.');
}

function readBatch(given: readonly TableRow[], columns: ImportColumns, country: string): ImportBatch {
  const rows: ReadContact[] = [];
  const failed: RowError[] = [];
  given.forEach(({ row, cells }, index) => {
    let phone: RowError['phone'] = null;
    try {
      const contact = columns.read(cells);
      const number = parseMsisdnCell(contact.phone, country);
      phone = number;
      rows.push(readContact(index, number, contact));
    } catch (error) {
      if (!(error instanceof SmsError)) throw error;
      failed.push({ row, phone, code: error.code, reason: error.message, cells });
    }
  });
  return { given, rows, failed, place: given.at(-1)?.row ?? 0, titles: columns.titles };
}
