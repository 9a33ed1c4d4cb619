/** One row that has something in it. */
export interface TableRow {
  /** As the spreadsheet counts, from 1. A row with nothing in it is left out, and the count goes on over it. */
  readonly row: number;
  /**
   * What the cells say, as text, up to the last that says something; null where there is nothing, never an empty
   * string. A line break inside a cell is one `\n`.
   */
  readonly cells: (string | null)[];
}

/** How much of a file is read before it is refused. */
export interface TableLimits {
  /** The highest row number; as many as a sheet can hold unless set. */
  readonly maxRows: number;
  /** The highest column with something in it, counted from 1. */
  readonly maxColumns: number;
  /** UTF-16 units in a cell; as many as Excel allows unless set. */
  readonly maxCellCharacters: number;
  /** UTF-16 units in a row, delimiters and quotation marks included. */
  readonly maxRowCharacters: number;
  /** Files inside an XLSX. */
  readonly maxEntries: number;
  /** Bytes that all read parts of an XLSX take when inflated. */
  readonly maxInflatedBytes: number;
  /** How many times larger than packed a part of an XLSX may be. Sheets stay below 30, a bomb is near 1,000. */
  readonly maxRatio: number;
  /** UTF-8 bytes of the texts that an XLSX keeps apart from its cells. They are held in memory. */
  readonly maxSharedBytes: number;
  /** How many of those texts there may be; each takes eight bytes more. */
  readonly maxSharedStrings: number;
}

export const defaultLimits: TableLimits = {
  maxRows: 1_048_576,
  maxColumns: 1_000,
  maxCellCharacters: 32_767,
  maxRowCharacters: 262_144,
  maxEntries: 10_000,
  maxInflatedBytes: 512 * 1024 * 1024,
  maxRatio: 250,
  maxSharedBytes: 64 * 1024 * 1024,
  maxSharedStrings: 4_000_000,
};

export interface ReadOptions {
  /** Resumes: rows up to this one are passed over without being looked at. */
  readonly afterRow?: number;
  /** Stops the reading; the iteration then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export type CsvDelimiter = ',' | ';' | '\t' | '|';

/** Windows-1252 stands for Latin-1 as well, as everywhere on the web. */
export type CsvEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** What was found out about a file on opening it. */
export type TableFormat =
  | { readonly kind: 'csv'; readonly encoding: CsvEncoding; readonly delimiter: CsvDelimiter }
  | { readonly kind: 'xlsx'; readonly sheet: string };

/** A file of rows, open for reading. */
export interface Table {
  readonly format: TableFormat;
  /** The size of the file on disk. */
  readonly sizeBytes: number;
  /**
   * Reads the rows from the start, in batches of at most 1,000. Each call is a pass of its own. Nothing is read ahead of
   * the consumer by more than a batch.
   *
   * @throws SmsError `file_invalid` where the file cannot be read on. Rows before that place have been handed out.
   */
  rows(options?: ReadOptions): AsyncGenerator<TableRow[], void, undefined>;
  /** Closes the file, unless it was opened by a descriptor: that stays its owner's. */
  close(): Promise<void>;
}
