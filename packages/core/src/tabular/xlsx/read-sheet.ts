import { columnLetters, counted, fileInvalid } from '../file-invalid.js';
import { RowBatch } from '../row-batch.js';
import type { TableLimits } from '../table.js';
import { numberText, serialDate } from './cell-number.js';
import type { DateStyles } from './date-styles.js';
import { escapedText } from './escaped-text.js';
import { TextPieces, type SharedStrings } from './shared-strings.js';
import type { XmlAttributes, XmlListener } from './xml-feed.js';

/** What cells refer to. */
export interface SheetContext {
  readonly strings: SharedStrings;
  readonly styles: DateStyles;
  readonly since1904: boolean;
  readonly limits: TableLimits;
  readonly afterRow: number;
}

/** Listens to the XML of a sheet and gathers its rows. */
export class SheetReader implements XmlListener {
  readonly batch = new RowBatch();
  private inData = false;
  private row = 0;
  private skipsRow = false;
  private cells: (string | null)[] = [];
  private rowCharacters = 0;
  private inCell = false;
  private inValue = false;
  private inline: TextPieces | undefined;
  private column = -1;
  private type: string | undefined;
  private style: string | undefined;
  private value = '';
  private characters = 0;

  constructor(private readonly context: SheetContext) {}

  open(name: string, attributes: XmlAttributes): void {
    if (!this.inData) this.inData = name === 'sheetData';
    else if (name === 'c') this.openCell(attributes);
    else if (name === 'row') this.openRow(attributes);
    else if (this.inCell && !this.skipsRow) {
      if (name === 'v') this.inValue = true;
      else if (name === 'is') this.inline = new TextPieces();
      else this.inline?.open(name);
    }
  }

  text(text: string): void {
    if (!this.inCell || this.skipsRow) return;
    this.characters += text.length;
    // What stands for a character may be seven long, and the length of what it says is looked at later.
    if (this.characters > this.context.limits.maxCellCharacters * 8) throw this.longCell();
    if (this.inValue) this.value += text;
    else this.inline?.text(text);
  }

  close(name: string): void {
    if (!this.inData) return;
    if (name === 'v') this.inValue = false;
    else if (name === 'c') this.closeCell();
    else if (name === 'row') this.closeRow();
    else if (name === 'sheetData') this.inData = false;
    else this.inline?.close(name);
  }

  private openRow({ r }: XmlAttributes): void {
    const row = r === undefined ? this.row + 1 : Number(r);
    if (!(Number.isSafeInteger(row) && row > this.row)) {
      throw fileInvalid('the rows of the sheet are not in order: save the workbook again.', { row: this.row + 1 });
    }
    this.row = row;
    this.skipsRow = row <= this.context.afterRow;
    this.cells = [];
    this.rowCharacters = 0;
    this.column = -1;
  }

  private openCell({ r, t, s }: XmlAttributes): void {
    this.inCell = true;
    if (this.skipsRow) return;
    this.column = r === undefined ? this.column + 1 : this.columnOf(r);
    this.type = t;
    this.style = s;
    this.value = '';
    this.characters = 0;
    this.inline = undefined;
  }

  private closeCell(): void {
    this.inCell = false;
    if (this.skipsRow) return;
    const text = this.cellText();
    if (text === '') return;
    const { maxCellCharacters, maxColumns } = this.context.limits;
    if (text.length > maxCellCharacters) throw this.longCell();
    if (this.column >= maxColumns) {
      throw this.refused(
        `has something in column ${columnLetters(this.column)}, and ${counted(maxColumns)} are allowed: delete the columns that are not needed.`,
      );
    }
    while (this.cells.length < this.column) this.cells.push(null);
    this.cells[this.column] = text;
    this.rowCharacters += text.length;
  }

  private closeRow(): void {
    if (this.skipsRow || this.cells.length === 0) return;
    const { maxRows, maxRowCharacters } = this.context.limits;
    if (this.row > maxRows) {
      throw fileInvalid(`The sheet has more than ${counted(maxRows)} rows: split it into several files.`);
    }
    if (this.rowCharacters > maxRowCharacters) {
      throw this.refused(`is longer than ${counted(maxRowCharacters)} characters: shorten its cells.`);
    }
    this.batch.add({ row: this.row, cells: this.cells }, this.rowCharacters);
    this.cells = [];
  }

  private cellText(): string {
    const { value } = this;
    switch (this.type) {
      case 's':
        return value === '' ? '' : this.sharedText(value);
      case 'inlineStr':
        return escapedText(this.inline?.take() ?? value);
      case 'str':
        return escapedText(value);
      case 'b':
        return value === '' ? '' : /^\s*(1|true)\s*$/.test(value) ? 'TRUE' : 'FALSE';
      case 'e':
      case 'd':
        return value;
      default:
        return this.number(value.trim());
    }
  }

  private number(written: string): string {
    const { styles, since1904 } = this.context;
    return (styles.isDate(this.style) ? serialDate(written, since1904) : undefined) ?? numberText(written);
  }

  private sharedText(index: string): string {
    const text = this.context.strings.get(Number(index));
    if (text === undefined) {
      throw this.refused(
        `has a cell in column ${columnLetters(this.column)} whose text is missing: save the workbook again.`,
      );
    }
    return text;
  }

  /** The column of a reference such as AB12, counted from 0. */
  private columnOf(reference: string): number {
    let column = 0;
    for (let at = 0; at < Math.min(4, reference.length); at++) {
      const unit = reference.charCodeAt(at) & 0xdf;
      if (unit < 65 || unit > 90) break;
      column = column * 26 + unit - 64;
    }
    if (column === 0) throw this.refused('has a cell without a place: save the workbook again.');
    return column - 1;
  }

  private longCell(): Error {
    const { maxCellCharacters } = this.context.limits;
    return this.refused(
      `has a cell in column ${columnLetters(this.column)} longer than ${counted(maxCellCharacters)} characters: shorten it.`,
    );
  }

  private refused(fault: string): Error {
    return fileInvalid(`the row ${fault}`, { row: this.row });
  }
}
