import { insertRows, type Columns, type Row } from '../database/statements.js';
import type { NewEvent } from '../events.js';
import { groupBy } from '../group-by.js';
import type { Transfer } from '../ledger/transfer.js';
import type { Database, Statement } from '../runtime.js';

/** Rows of a table, which are written with those of other requests in one statement. */
export interface AttachedRows {
  table: string;
  columns: Columns;
  rows: readonly Row[];
}

/** What another capability writes in the commit of an acceptance, beside its messages. */
export interface Attached {
  rows?: readonly AttachedRows[];
  transfers?: readonly Transfer[];
  events?: readonly NewEvent[];
  statements?: readonly Statement[];
}

/** One statement a table, whatever the number of requests. */
export function insertAttached(kind: Database['kind'], attached: readonly AttachedRows[]): Statement[] {
  return [...groupBy(attached, ({ table }) => table)].flatMap(([table, [first, ...others]]) =>
    first
      ? [
          insertRows(
            kind,
            table,
            first.columns,
            [first, ...others].flatMap(({ rows }) => rows),
          ),
        ]
      : [],
  );
}
