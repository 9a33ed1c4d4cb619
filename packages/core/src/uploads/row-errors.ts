import type { Database } from '../runtime.js';
import { rowErrorsAfter, type RowError } from './row-error.store.js';

const errorsAtOnce = 1_000;

/** All rows of a file that were refused, in pages, as far as they are known when a page is asked for. */
export async function* rowErrorPages(
  database: Database,
  uploadId: string,
): AsyncGenerator<RowError[], void, undefined> {
  for (let after = 0; ;) {
    const from = after;
    const page = await database.read((tx) => rowErrorsAfter(tx, uploadId, from, errorsAtOnce));
    if (page.length > 0) yield page;
    if (page.length < errorsAtOnce) return;
    after = page.at(-1)?.row ?? after;
  }
}
