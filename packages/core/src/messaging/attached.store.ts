import { insertRows, type Columns, type Row } from '../database/statements.js';
import type { NewEvent } from '../events.js';
import { groupBy } from '../group-by.js';
import { moveCredits } from '../ledger/ledger.store.js';
import type { Transfer } from '../ledger/transfer.js';
import { appendEvents } from '../outbox/event.store.js';
import type { Database, Ids, Statement } from '../runtime.js';

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

/** What several parts write in one commit of their own: balances are moved once and events told in their order. */
export function writeTogether(kind: Database['kind'], ids: Ids, parts: readonly Attached[]): Statement[] {
  return [
    ...parts.flatMap(({ statements = [] }) => statements),
    ...moveCredits(
      kind,
      parts.flatMap(({ transfers = [] }) => transfers),
    ),
    ...insertAttached(
      kind,
      parts.flatMap(({ rows = [] }) => rows),
    ),
    ...appendEvents(
      kind,
      ids,
      parts.flatMap(({ events = [] }) => events),
    ),
  ];
}
