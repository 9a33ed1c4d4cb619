import type { TableRow } from './table.js';

const batchRows = 1_000;
const batchCharacters = 1_000_000;

/** Gathers rows into batches that are full at 1,000 rows, or sooner where rows are long: memory is what counts. */
export class RowBatch {
  private readonly full: TableRow[][] = [];
  private rows: TableRow[] = [];
  private characters = 0;

  add(row: TableRow, characters: number): void {
    this.rows.push(row);
    this.characters += characters;
    if (this.rows.length >= batchRows || this.characters >= batchCharacters) this.cut();
  }

  /** The batches that are full, and are forgotten here. */
  takeFull(): TableRow[][] {
    return this.full.splice(0);
  }

  /** Everything that is left. */
  takeAll(): TableRow[][] {
    if (this.rows.length > 0) this.cut();
    return this.takeFull();
  }

  private cut(): void {
    this.full.push(this.rows);
    this.rows = [];
    this.characters = 0;
  }
}
