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
  /** What a template may name: a column by its title, whatever its case and with `_` for spaces; `column_2` without. */
  value(cells: TableRow['cells'], name: string): string | undefined;
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
    value: (cells, name) => cells[places.get(keyOf(name)) ?? -1]?.trim(),
  };
}

/** The number first and the text second. A first row without a digit where the number stands is a header. */
export function fixedColumns({ row, cells: [first = null, ...others] }: TableRow): FileColumns {
  const isHeader = !/\d/.test(first ?? '');
  return {
    titles: isHeader ? [first, ...others].map((cell) => cell?.trim() ?? null) : [],
    headerRow: isHeader ? row : 0,
    phone: ([phone]) => phone ?? '',
    message: ([, message]) => message ?? null,
    value: () => undefined,
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

const keyOf = (name: string): string => name.toLowerCase().replace(/[ .-]+/g, '_');
