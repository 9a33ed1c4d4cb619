import { readHeader, type Header } from '../../tabular/header.js';
import type { TableRow } from '../../tabular/table.js';

/** How the rows of a file become messages. */
export interface FileColumns {
  /** What stands over each column, for the file of errors. */
  titles: (string | null)[];
  /** The last row that is no message: the header, or 0 where there is none. */
  headerRow: number;
  phone(cells: TableRow['cells']): string;
  /** The row's own text. */
  message(cells: TableRow['cells']): string | null;
  /** What a template may name: the columns under their titles in lower case, with `_` for what is neither letter nor digit. */
  value(cells: TableRow['cells'], key: string): string | null;
  keys: ReadonlySet<string>;
}

/**
 * Reads the first row of a file as its columns. Without a header the numbers are seen, and the first other column is the
 * message. With one they go by their names; where no name is known, the first column is the number and, when no text is
 * given for all, the second the message.
 *
 * @param hasText whether there is a text for rows without their own
 */
export function fileColumns(first: TableRow, hasText: boolean): FileColumns {
  const header = readHeader(first.cells);
  const phone = header.phoneColumn ?? 0;
  const message = messageColumn(header, { phone, hasText, width: first.cells.length });
  const places = new Map<string, number>(
    header.headerless
      ? first.cells.map((_, column) => [`column_${column + 1}`, column])
      : header.columns.map(({ key, column }) => [key, column]),
  );
  places.set('phone', phone);
  return {
    titles: header.headerless ? [] : first.cells.map((cell) => cell?.trim() ?? null),
    headerRow: header.headerless ? 0 : first.row,
    phone: (cells) => cells[phone] ?? '',
    message: (cells) => (message === null ? null : (cells[message] ?? null)),
    value: (cells, key) => cells[places.get(key) ?? -1] ?? null,
    keys: new Set(places.keys()),
  };
}

function messageColumn(
  { headerless, columns }: Header,
  { phone, hasText, width }: { phone: number; hasText: boolean; width: number },
): number | null {
  const named = columns.find(({ name }) => name === 'message')?.column;
  if (named !== undefined) return named;
  const other = phone === 0 ? 1 : 0;
  return (headerless || !hasText) && (headerless || width > other) ? other : null;
}
