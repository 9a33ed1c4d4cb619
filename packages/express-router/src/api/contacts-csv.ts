import { writeCsv, type Contact } from '@ujumbe/core';
import type { ApiResponse } from '../endpoint.js';
import { optionalTimeView, timeView } from './fields.js';

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

/** Contacts as the rows of a table, a page at a time. */
export async function* contactRows(pages: AsyncIterable<readonly Contact[]>): AsyncGenerator<(string | null)[]> {
  yield columns.map(([name]) => name);
  for await (const contacts of pages) {
    for (const contact of contacts) yield columns.map(([, cell]) => cell(contact));
  }
}

/** A table as a CSV file to be saved, which no spreadsheet runs. */
export function csvAnswer(fileName: string, rows: AsyncIterable<readonly (string | number | null)[]>): ApiResponse {
  return {
    status: 200,
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'no-store',
    },
    body: writeCsv(rows, { guardFormulas: true, byteOrderMark: true }),
  };
}
