import type { Database } from '../runtime.js';

/** The types of columns and the ends of table definitions, by the name that both databases have for them here. */
export interface ColumnTypes {
  uuid: string;
  text: string;
  integer: string;
  bigint: string;
  json: string;
  /** Ends a table: SQLite then refuses values of another type, as PostgreSQL always does. */
  strict: string;
  /** Ends a table whose rows are small and always found by their key: it needs no second tree beside it. */
  clustered: string;
}

const sqlite: ColumnTypes = {
  uuid: 'TEXT',
  text: 'TEXT',
  integer: 'INTEGER',
  bigint: 'INTEGER',
  json: 'TEXT',
  strict: ' STRICT',
  clustered: ' STRICT, WITHOUT ROWID',
};

const postgres: ColumnTypes = {
  uuid: 'uuid',
  text: 'text',
  integer: 'integer',
  bigint: 'bigint',
  json: 'jsonb',
  strict: '',
  clustered: '',
};

export const columnTypes = (kind: Database['kind']): ColumnTypes => (kind === 'postgres' ? postgres : sqlite);

/** A constraint: the column holds one of the words. */
export const isOneOf = (column: string, ...words: string[]): string =>
  `CHECK (${column} IN (${words.map((word) => `'${word}'`).join(', ')}))`;
