import { columnLetters, counted, fileInvalid } from '../file-invalid.js';
import { RowBatch } from '../row-batch.js';
import type { CsvDelimiter, TableLimits } from '../table.js';
import { parseRecords } from './parse-records.js';

/** One kind of line break everywhere. Inside a cell it is what a spreadsheet keeps as well. */
export function withPlainBreaks(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Cuts text that comes in pieces into rows. */
export class RecordReader {
  readonly batch = new RowBatch();
  private row = 0;
  private unread = '';

  constructor(
    private readonly delimiter: CsvDelimiter,
    private readonly limits: TableLimits,
    private readonly afterRow: number,
  ) {}

  read(text: string, more: boolean): void {
    const joined = this.unread + text;
    // A CR at the end may be half of a CRLF.
    const heldBack = more && joined.endsWith('\r') ? 1 : 0;
    const plain = withPlainBreaks(heldBack > 0 ? joined.slice(0, -1) : joined);
    const { records, end, malformed } = parseRecords(plain, this.delimiter, more);
    for (const [index, record] of records.entries()) {
      this.row++;
      if (index === malformed) throw this.wrongQuotes(this.row);
      if (this.row > this.afterRow) this.add(record);
    }
    if (plain.length - end > this.limits.maxRowCharacters) throw this.tooLong(plain.slice(end, end + 1_000));
    this.unread = plain.slice(end) + (heldBack > 0 ? '\r' : '');
  }

  private add(record: string[]): void {
    const cells: (string | null)[] = record;
    let filled = 0;
    let characters = record.length;
    for (let column = 0; column < record.length; column++) {
      const length = record[column]?.length ?? 0;
      if (length === 0) cells[column] = null;
      else filled = column + 1;
      if (length > this.limits.maxCellCharacters) throw this.longCell(column);
      characters += length;
    }
    if (filled === 0) return;
    cells.length = filled;
    this.check(filled, characters);
    this.batch.add({ row: this.row, cells }, characters);
  }

  private check(filled: number, characters: number): void {
    const { maxRows, maxColumns, maxRowCharacters } = this.limits;
    if (this.row > maxRows) {
      throw fileInvalid(`The file has more than ${counted(maxRows)} rows: split it into several files.`);
    }
    if (filled > maxColumns) {
      throw fileInvalid(
        `the row has ${counted(filled)} columns and ${counted(maxColumns)} are allowed: check that its line breaks are still there.`,
        { row: this.row },
      );
    }
    if (characters > maxRowCharacters) throw this.longRow(this.row);
  }

  private tooLong(start: string): Error {
    const row = this.row + 1;
    return start.includes('"') ? this.wrongQuotes(row) : this.longRow(row);
  }

  private wrongQuotes(row: number): Error {
    return fileInvalid(
      'a quotation mark (") opens a cell and is not closed before the end of the cell: close it, or double a mark that belongs to the text.',
      { row },
    );
  }

  private longRow(row: number): Error {
    return fileInvalid(
      `the row is longer than ${counted(this.limits.maxRowCharacters)} characters: check that its line breaks are still there.`,
      { row },
    );
  }

  private longCell(column: number): Error {
    return fileInvalid(
      `the cell in column ${columnLetters(column)} is longer than ${counted(this.limits.maxCellCharacters)} characters: shorten it.`,
      { row: this.row },
    );
  }
}
