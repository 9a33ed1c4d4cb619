import type { Contact } from '@ujumbe/core';
import { optionalTimeView, timeView } from './fields.js';

/** What spreadsheets take for the beginning of a formula. */
const formulaLike = /^[=+\-@\t\r]/;
const phoneLike = /^\+\d+$/;
const quoted = /[",\r\n]|^\s|\s$/;
/** Without it Excel reads UTF-8 as something else. */
const byteOrderMark = '\ufeff';

/** A cell of a CSV file (RFC 4180) that no spreadsheet runs; a phone number is harmless and stays as it is. */
export function csvCell(value: string): string {
  const safe = formulaLike.test(value) && !phoneLike.test(value) ? `'${value}` : value;
  return quoted.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const columns: readonly (readonly [name: string, cell: (contact: Contact) => string | null])[] = [
  ['phone', ({ phone }) => phone],
  ['first_name', ({ firstName }) => firstName],
  ['last_name', ({ lastName }) => lastName],
  ['email', ({ email }) => email],
  ['notes', ({ notes }) => notes],
  ['locale', ({ locale }) => locale],
  ['tags', ({ tags }) => tags.join(',')],
  ['attributes', ({ attributes }) => (Object.keys(attributes).length === 0 ? '' : JSON.stringify(attributes))],
  ['active', ({ active }) => String(active)],
  ['opted_in_at', ({ optedInAt }) => optionalTimeView(optedInAt)],
  ['opted_out_at', ({ optedOutAt }) => optionalTimeView(optedOutAt)],
  ['created_at', ({ createdAt }) => timeView(createdAt)],
];

const lineOf = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;

/** Contacts as a CSV file, a page at a time. */
export async function* contactsCsv(pages: AsyncIterable<readonly Contact[]>): AsyncGenerator<string> {
  yield byteOrderMark + lineOf(columns.map(([name]) => name));
  for await (const contacts of pages) {
    yield contacts.map((contact) => lineOf(columns.map(([, cell]) => csvCell(cell(contact) ?? '')))).join('');
  }
}
