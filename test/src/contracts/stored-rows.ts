import assert from 'node:assert/strict';
import type { DatabaseOptions } from '@ujumbe/core';
import knexFactory, { type Knex } from 'knex';
import type { DatabaseName, TestDatabase } from '../support/databases.js';

export type Row = Record<string, string | number | null>;

/** A knex of the host's own on a test database, set up as its documentation says. */
export function hostKnex(name: DatabaseName, options: DatabaseOptions): Knex {
  if (typeof options === 'string') return knexFactory({ client: 'pg', connection: options });
  const { filename } = options as { filename: string };
  const client = name === 'postgres' ? 'pg' : name;
  return knexFactory({
    client,
    connection: { filename },
    useNullAsDefault: true,
    pool: { afterCreate: waitForWriters },
  });
}

/** The platform's own workers write to the file too; unlike its sibling, `sqlite3` does not wait for them by itself. */
function waitForWriters(
  connection: { configure?: (option: 'busyTimeout', ms: number) => void },
  done: (error: null, connection: object) => void,
): void {
  connection.configure?.('busyTimeout', 5_000);
  done(null, connection);
}

/** Past the public face on purpose: what stands in a table, for what must, or must not, stand there. */
export async function storedRows({ name, options }: TestDatabase, table: string): Promise<Row[]> {
  const knex = hostKnex(name, options);
  try {
    return await knex(table).select<Row[]>('*');
  } finally {
    await knex.destroy();
  }
}

/** Every row of every table of ours, as one text to search for what must not be stored. */
export async function everythingStored({ name, options }: TestDatabase): Promise<string> {
  const knex = hostKnex(name, options);
  try {
    const names =
      name === 'postgres'
        ? await knex('information_schema.tables').where({ table_schema: 'public' }).pluck<string[]>('table_name')
        : await knex('sqlite_master').where({ type: 'table' }).pluck<string[]>('name');
    const ours = names.filter((table) => table.startsWith('sms_'));
    assert.ok(ours.length > 10, `only ${ours.length} tables`);
    const rows = await Promise.all(ours.map((table) => knex(table).select<Row[]>('*')));
    return JSON.stringify(rows);
  } finally {
    await knex.destroy();
  }
}
