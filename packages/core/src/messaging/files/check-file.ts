import { SmsError } from '../../errors.js';
import { parseMsisdnCell } from '../../numbers/msisdn-cell.js';
import type { Database } from '../../runtime.js';
import { suppressedAmong } from '../../suppression/suppression.store.js';
import { counted, fileInvalid } from '../../tabular/file-invalid.js';
import { openTable } from '../../tabular/open-table.js';
import type { Table, TableRow } from '../../tabular/table.js';
import type { Template } from '../../text/template.js';
import { insertRowErrors, type RowError } from '../../uploads/row-error.store.js';
import type { ListFill } from '../lists/fill-list.js';
import type { ListItem } from '../lists/price-row.js';
import { mostFileRows, shownFileErrors } from './bulk-file.js';
import { fileColumns, fixedColumns, type FileColumns } from './file-columns.js';

export interface CheckedFile {
  titles: FileColumns['titles'];
  totalRows: number;
  rejected: number;
  /** The first rows that were refused. */
  errors: RowError[];
}

export interface FileCheck {
  accountId: string;
  fileId: string;
  path: string;
  country: string;
  /** The text of the rows that have none of their own. */
  template: Template | undefined;
  hasFixedColumns: boolean;
  fill: ListFill;
}

/** A row that reads as a message. */
interface ReadRow {
  given: TableRow;
  item: ListItem;
}

/**
 * Reads a file of messages to its end: rows that can be sent go into the list, the others are noted with the reason.
 *
 * @throws SmsError `file_invalid` when it cannot be read, or no row can be sent
 */
export async function checkFile(database: Database, check: FileCheck): Promise<CheckedFile> {
  const table = await openTable(check.path);
  try {
    const first = await firstRow(table);
    const columns = check.hasFixedColumns ? fixedColumns(first) : fileColumns(first, check.template !== undefined);
    const checker = new FileChecker(database, check, columns);
    for await (const batch of table.rows({ afterRow: columns.headerRow })) await checker.add(batch);
    return checker.end();
  } finally {
    await table.close();
  }
}

async function firstRow(table: Table): Promise<TableRow> {
  for await (const [row] of table.rows()) if (row) return row;
  throw fileInvalid('The file has no rows: fill it in, and send it again.');
}

class FileChecker {
  #totalRows = 0;
  #rejected = 0;
  readonly #errors: RowError[] = [];
  /** The rows that were accepted, by number and text. */
  readonly #seen = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly check: FileCheck,
    private readonly columns: FileColumns,
  ) {}

  async add(batch: readonly TableRow[]): Promise<void> {
    this.#totalRows += batch.length;
    if (this.#totalRows > mostFileRows) {
      throw fileInvalid(
        `The file has more than ${counted(mostFileRows)} rows: send it in parts, or import its contacts and send them a campaign.`,
      );
    }
    const refused: RowError[] = [];
    const refuse = ({ row, cells }: TableRow, phone: string | null, { code, message }: SmsError): void => {
      refused.push({ row, phone, code, reason: message, cells });
    };
    const rows = batch.flatMap((given) => this.#read(given, refuse));
    const phones = rows.map(({ item }) => item.recipient);
    const optedOut = await this.database.read((tx) => suppressedAmong(tx, this.check.accountId, phones));
    const wanted = rows.filter(({ given, item }) => {
      if (!optedOut.has(item.recipient)) return true;
      refuse(
        given,
        item.recipient,
        new SmsError('opted_out', 'this number has opted out of messages from this account'),
      );
      return false;
    });
    for (const { index, error } of await this.check.fill.add(wanted.map(({ item }) => item))) {
      const row = wanted[index];
      if (row) refuse(row.given, row.item.recipient, error);
    }
    refused.sort((a, b) => a.row - b.row);
    this.#rejected += refused.length;
    this.#errors.push(...refused.slice(0, shownFileErrors - this.#errors.length));
    await this.database.commit(insertRowErrors(this.database.kind, this.check.fileId, refused));
  }

  end(): CheckedFile {
    const [first] = this.#errors;
    if (this.#rejected === this.#totalRows) {
      throw fileInvalid(
        first
          ? `None of the ${counted(this.#totalRows)} rows can be sent. Row ${counted(first.row)}: ${first.reason}.`
          : 'The file has a header and no rows: fill it in, and send it again.',
      );
    }
    return {
      titles: this.columns.titles,
      totalRows: this.#totalRows,
      rejected: this.#rejected,
      errors: this.#errors,
    };
  }

  #read(given: TableRow, refuse: (given: TableRow, phone: string | null, error: SmsError) => void): ReadRow[] {
    let recipient: string | null = null;
    try {
      recipient = parseMsisdnCell(this.columns.phone(given.cells), this.check.country);
      const item: ListItem = { recipient, text: this.#textOf(given.cells) };
      this.#assertFirst(given.row, item);
      return [{ given, item }];
    } catch (error) {
      if (!(error instanceof SmsError)) throw error;
      refuse(given, recipient, error);
      return [];
    }
  }

  /** The row's own text, else what the template makes of it; null for the text that all rows share. */
  #textOf(cells: TableRow['cells']): string | null {
    const own = this.columns.message(cells);
    if (own !== null && own.trim() !== '') return own;
    const { template } = this.check;
    if (!template) throw new SmsError('message_empty', 'the row has no message, and none is given for all rows');
    return template.variables.length === 0 ? null : template.render((name) => this.columns.value(cells, name));
  }

  /** The same text to the same number twice is a row that was copied, not one that is meant. */
  #assertFirst(row: number, { recipient, text }: ListItem): void {
    const key = `${recipient} ${text ?? ''}`;
    const before = this.#seen.get(key);
    if (before !== undefined) {
      throw new SmsError('invalid_request', `the same message to this number is in row ${counted(before)} already`);
    }
    this.#seen.set(key, row);
  }
}
