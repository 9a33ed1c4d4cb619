import { SmsError } from '../errors.js';
import { parseMsisdnCell } from '../numbers/msisdn-cell.js';
import { fileInvalid } from '../tabular/file-invalid.js';
import type { Table, TableRow } from '../tabular/table.js';
import type { RowError } from '../uploads/row-error.store.js';
import { importColumns, type ImportColumns } from './import-columns.js';
import { readContact, type ReadContact } from './upsert-contacts.js';

/** A batch of rows of a file: as many as are written in one commit. */
export interface ImportBatch {
  /** As they stand in the file. */
  given: readonly TableRow[];
  /** The last row of the batch. */
  place: number;
  titles: ImportColumns['titles'];
  /** Reads them as contacts: anew each time, because what is kept while others are written costs more than reading it. */
  read(): ReadRows;
}

export interface ReadRows {
  /** Those that can be stored; their index is their place in `given`. */
  rows: ReadContact[];
  failed: RowError[];
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
  for await (const batch of rows) {
    yield {
      given: batch,
      place: batch.at(-1)?.row ?? 0,
      titles: columns.titles,
      read: () => readRows(batch, columns, country),
    };
  }
}

async function firstRow(table: Table, signal: AbortSignal): Promise<TableRow> {
  for await (const [row] of table.rows({ signal })) if (row) return row;
  throw fileInvalid('The file has no rows: fill it in, and send it again.');
}

function readRows(given: readonly TableRow[], columns: ImportColumns, country: string): ReadRows {
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
  return { rows, failed };
}
