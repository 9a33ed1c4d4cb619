import { counted, fileInvalid } from '../tabular/file-invalid.js';
import { readHeader, type ColumnName, type HeaderColumn } from '../tabular/header.js';
import type { TableRow } from '../tabular/table.js';
import type { Attributes, AttributeValue, NewContact } from './contact.js';
import { longestAttributeName, mostAttributes, readAttributeName } from './contact-fields.js';

/** How the rows of a file become contacts. */
export interface ImportColumns {
  /** What stands over each column, for the file of errors. */
  titles: (string | null)[];
  /** The last row that is no contact: the header, or 0 where there is none. */
  headerRow: number;
  read(cells: TableRow['cells']): NewContact;
}

type Field = Exclude<ColumnName, 'message'>;
type Column = { column: number } & ({ field: Field } | { attribute: string });

// Written as they would be written again: a code with leading zeros or with more digits than a number keeps stays text.
const plainNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{0,9}[1-9])?$/;

/**
 * Reads the first row of a file as its columns. Names that people give columns become fields, every other column an
 * attribute. Without a header the column with the numbers is seen, and one with addresses; of the others one is the
 * whole name, two are first and last name.
 *
 * @throws SmsError `file_invalid` when no column has numbers
 */
export function importColumns(first: TableRow): ImportColumns {
  const header = readHeader(first.cells);
  if (header.phoneColumn === null) {
    throw fileInvalid(
      'The file has no column of phone numbers that can be told: put "phone" over it in the first row, and send the file again.',
    );
  }
  const columns = header.headerless ? unnamedColumns(first.cells, header.phoneColumn) : header.columns.map(namedColumn);
  const attributes = columns.filter((column) => 'attribute' in column).length;
  if (attributes > mostAttributes) {
    throw fileInvalid(
      `The file has ${counted(attributes)} columns beside those of a contact, and ${mostAttributes} can be kept: take out the others.`,
    );
  }
  const titles: (string | null)[] = header.headerless ? [] : first.cells.map((cell) => cell?.trim() ?? null);
  return {
    titles,
    headerRow: header.headerless ? 0 : first.row,
    read: readerOf(columns),
  };
}

function namedColumn({ column, name, key }: HeaderColumn): Column {
  return name === null || name === 'message'
    ? { column, attribute: readAttributeName(key.slice(0, longestAttributeName)) }
    : { column, field: name };
}

function unnamedColumns(cells: TableRow['cells'], phoneColumn: number): Column[] {
  const others = cells.flatMap((cell, column) => (cell === null || column === phoneColumn ? [] : [{ cell, column }]));
  const email = others.find(({ cell }) => /^\S+@\S+$/.test(cell.trim()));
  const [first, last, ...more] = others.filter((other) => other !== email);
  return [
    { column: phoneColumn, field: 'phone' },
    ...(email ? [{ column: email.column, field: 'email' } as const] : []),
    ...(first ? [{ column: first.column, field: last ? 'first_name' : 'name' } as const] : []),
    ...(last ? [{ column: last.column, field: 'last_name' } as const] : []),
    ...more.map(({ column }) => ({ column, attribute: `column_${column + 1}` })),
  ];
}

function readerOf(columns: readonly Column[]): ImportColumns['read'] {
  const place = (field: Field): number =>
    columns.find((column) => 'field' in column && column.field === field)?.column ?? -1;
  const [phone, name, firstName, lastName] = [
    place('phone'),
    place('name'),
    place('first_name'),
    place('last_name'),
  ] as const;
  const [email, notes, tags, locale] = [place('email'), place('notes'), place('tags'), place('locale')] as const;
  const attributes = columns.flatMap((column) => ('attribute' in column ? [column] : []));
  return (cells) => {
    // An empty cell says nothing: what is kept of the contact stays when it is updated.
    const at = (column: number): string | undefined => cells[column] ?? undefined;
    const contact: NewContact = {
      phone: at(phone) ?? '',
      firstName: at(firstName),
      lastName: at(lastName),
      email: at(email)?.trim(),
      notes: at(notes),
      locale: at(locale)?.trim(),
      tags: at(tags)
        ?.split(/[,;|]/)
        .filter((tag) => tag.trim() !== ''),
      attributes: attributes.length === 0 ? undefined : attributesOf(attributes, cells),
    };
    const whole = at(name);
    return whole === undefined ? contact : withWholeName(contact, whole);
  };
}

function attributesOf(
  columns: readonly { column: number; attribute: string }[],
  cells: TableRow['cells'],
): Attributes | undefined {
  const attributes: Record<string, AttributeValue> = {};
  let isEmpty = true;
  for (const { column, attribute } of columns) {
    const cell = cells[column] ?? null;
    if (cell === null) continue;
    attributes[attribute] = valueOf(cell);
    isEmpty = false;
  }
  return isEmpty ? undefined : attributes;
}

/** Numbers as numbers, so that segments can compare them. */
function valueOf(cell: string): AttributeValue {
  if (cell === 'true' || cell === 'false') return cell === 'true';
  return plainNumber.test(cell) && String(Number(cell)) === cell ? Number(cell) : cell;
}

/** `Asha Juma Mushi` is Asha of the Mushis, as far as columns of their own do not say otherwise. */
function withWholeName(contact: NewContact, whole: string): NewContact {
  const [first, ...rest] = whole.trim().split(/\s+/);
  if (contact.firstName !== undefined || contact.lastName !== undefined) return contact;
  return { ...contact, firstName: first, lastName: rest.length === 0 ? undefined : rest.join(' ') };
}
