import type { Knex } from 'knex';
import type { Database, Statement, Transaction } from '../runtime.js';
import { knexOf, kindOf } from './knex-database.js';

/** Column types that mean the same in both databases. A row gives JSON as the object it is; SQLite keeps it as text. */
export type ColumnType = 'uuid' | 'text' | 'integer' | 'bigint' | 'jsonb';
export type Columns = Readonly<Record<string, ColumnType>>;
/** A row by its columns' names. */
export type Row = Readonly<Record<string, unknown>>;

const pgBigint = 20;

/**
 * Rows of a query, with PostgreSQL's bigints as numbers: what we keep in them (milliseconds, credits, counts) is a
 * safe integer by constraint. The host's own type parsers are left alone.
 */
export async function select<T>(tx: Transaction, sql: string, bindings: readonly unknown[] = []): Promise<T[]> {
  const result: unknown = await knexOf(tx).raw(sql, bindings as Knex.RawBinding[]);
  if (Array.isArray(result)) return result as T[];
  const { rows, fields } = result as {
    rows: Record<string, unknown>[];
    fields: { name: string; dataTypeID: number }[];
  };
  const bigints = fields.filter(({ dataTypeID }) => dataTypeID === pgBigint).map(({ name }) => name);
  for (const name of bigints) {
    for (const row of rows) if (typeof row[name] === 'string') row[name] = Number(row[name]);
  }
  return rows as T[];
}

export async function selectOne<T>(
  tx: Transaction,
  sql: string,
  bindings: readonly unknown[] = [],
): Promise<T | undefined> {
  return (await select<T>(tx, sql, bindings))[0];
}

/** Runs a statement for its effect. */
export async function execute(tx: Transaction, { sql, bindings }: Statement): Promise<void> {
  await knexOf(tx).raw(sql, bindings as Knex.RawBinding[]);
}

/** Which database a transaction is on. */
export function databaseKind(tx: Transaction): Database['kind'] {
  return kindOf(knexOf(tx));
}

/** Rows as a table expression named `j`, and the one parameter that holds them. */
export interface Recordset {
  sql: string;
  json: string;
}

/**
 * A table expression made of one JSON parameter: however many rows it holds, the statement's text stays the same,
 * so that it is parsed once, and the rows cross to the database as one value. SQLite reads its binary form of JSON, and
 * arrays, about twice as fast as text and objects.
 */
export function recordset(kind: Database['kind'], columns: Columns, rows: readonly Row[]): Recordset {
  const names = Object.keys(columns);
  if (kind === 'postgres') {
    const fields = names.map((name) => `${name} ${columns[name] ?? 'text'}`).join(', ');
    return { sql: `json_to_recordset(CAST(? AS json)) AS j(${fields})`, json: JSON.stringify(picked(names, rows)) };
  }
  const fields = names.map((name, place) => `value ->> ${place} AS ${name}`).join(', ');
  return { sql: `(SELECT ${fields} FROM jsonb_each(?)) AS j`, json: JSON.stringify(valuesOf(names, rows)) };
}

/** The rows with the values of the names alone; themselves, if they have no others. */
function picked(names: readonly string[], rows: readonly Row[]): readonly Row[] {
  const [first] = rows;
  if (!first || Object.keys(first).length === names.length) return rows;
  const all: Row[] = [];
  for (const row of rows) {
    const some: Record<string, unknown> = {};
    for (const name of names) some[name] = row[name];
    all.push(some);
  }
  return all;
}

/** The values of the rows in the order of the names. Loops, because every row of every batch comes by here. */
function valuesOf(names: readonly string[], rows: readonly Row[]): unknown[][] {
  const all: unknown[][] = [];
  for (const row of rows) {
    const values: unknown[] = [];
    for (const name of names) values.push(row[name]);
    all.push(values);
  }
  return all;
}

/** A {@link recordset} of ids alone. */
export const idSet = (kind: Database['kind'], ids: readonly string[]): Recordset =>
  recordset(
    kind,
    { id: 'uuid' },
    ids.map((id) => ({ id })),
  );

/**
 * That a column is one of what a subquery answers, as a lookup in the column's index. PostgreSQL would join an `IN`, and
 * for a join it reads the whole table where it has no statistics or expects many rows; an array it makes first and looks
 * up.
 */
export const isAmong = (kind: Database['kind'], subquery: string): string =>
  kind === 'postgres' ? `= ANY(ARRAY(${subquery}))` : `IN (${subquery})`;

/** From so many rows on it pays to look for what they have alike. */
const manyRows = 20;

/**
 * Inserts the rows, whatever their number, in one statement. Of many rows some columns mostly say the same: the account,
 * the sender, the time.
 */
export function insertRows(
  kind: Database['kind'],
  table: string,
  columns: Columns,
  rows: readonly Row[],
  onConflict = '',
): Statement {
  if (rows.length < manyRows) return insertAlike(kind, table, {}, columns, rows, onConflict);
  const { alike, others } = tellApart(columns, rows);
  return insertAlike(kind, table, alike, others, rows, onConflict);
}

/** Splits columns into those in which all rows have the same plain value, and the others, of which there is at least one. */
function tellApart(columns: Columns, rows: readonly Row[]): { alike: TypedValues; others: Columns } {
  const alike: Record<string, readonly [ColumnType, unknown]> = {};
  const others: Record<string, ColumnType> = {};
  const names = Object.keys(columns);
  names.forEach((name, place) => {
    const type = columns[name] ?? 'text';
    const value = rows[0]?.[name] ?? null;
    const isPlain = value === null || typeof value === 'string' || typeof value === 'number';
    const mayLeave = Object.keys(others).length > 0 || place < names.length - 1;
    if (isPlain && mayLeave && rows.every((row) => (row[name] ?? null) === value)) alike[name] = [type, value];
    else others[name] = type;
  });
  return { alike, others };
}

/** Values by their columns' names, each with its type. */
export type TypedValues = Readonly<Record<string, readonly [type: ColumnType, value: unknown]>>;

/** As {@link insertRows}; what all rows have alike crosses to the database once and not with every row. */
export function insertAlike(
  kind: Database['kind'],
  table: string,
  alike: TypedValues,
  columns: Columns,
  rows: readonly Row[],
  onConflict = '',
): Statement {
  const source = recordset(kind, columns, rows);
  const names = Object.keys(columns);
  // What stands in a select list has no column to take its type from; SQLite takes it from the table.
  const values = Object.values(alike).map(([type]) => (kind === 'postgres' ? `CAST(? AS ${type})` : '?'));
  // SQLite needs a WHERE to tell ON CONFLICT from a join's ON.
  const suffix = onConflict ? ` WHERE true ${onConflict}` : '';
  return {
    sql: `INSERT INTO ${table} (${[...Object.keys(alike), ...names].join(', ')})
          SELECT ${[...values, ...names].join(', ')} FROM ${source.sql}${suffix}`,
    bindings: [...Object.values(alike).map(([, value]) => value), source.json],
  };
}
