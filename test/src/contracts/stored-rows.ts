import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
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

interface SqliteConnection {
  /** Of `sqlite3`, which waits beside the event loop, but only when told to. */
  configure?: (option: 'busyTimeout', ms: number) => void;
  /** Of `better-sqlite3`, which waits in front of the event loop. */
  pragma?: (statement: string) => void;
}

/**
 * The platform's own workers write to the file too. `sqlite3` waits for them by itself. Waiting in `better-sqlite3` would
 * hold up the very event loop that the platform needs to end its transaction, so it refuses at once: see {@link whenFree}.
 */
function waitForWriters(connection: SqliteConnection, done: (error: null, connection: object) => void): void {
  connection.configure?.('busyTimeout', 5_000);
  connection.pragma?.('busy_timeout = 0');
  done(null, connection);
}

/** Writes with a {@link hostKnex} of the test's own, again as long as the platform is writing. */
export async function whenFree<T>(write: () => PromiseLike<T>): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY' || performance.now() > deadline) throw error;
      await setTimeout(2);
    }
  }
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

/** Every row of every table of ours, by table. */
export async function everyRow({ name, options }: TestDatabase): Promise<Record<string, Row[]>> {
  const knex = hostKnex(name, options);
  try {
    const names =
      name === 'postgres'
        ? await knex('information_schema.tables').where({ table_schema: 'public' }).pluck<string[]>('table_name')
        : await knex('sqlite_master').where({ type: 'table' }).pluck<string[]>('name');
    const ours = names.filter((table) => table.startsWith('sms_'));
    assert.ok(ours.length > 10, `only ${ours.length} tables`);
    const tables = await Promise.all(ours.map(async (table) => [table, await knex(table).select<Row[]>('*')] as const));
    return Object.fromEntries(tables);
  } finally {
    await knex.destroy();
  }
}

/** {@link everyRow}, as one text to search for what must not be stored. */
export async function everythingStored(database: TestDatabase): Promise<string> {
  return JSON.stringify(await everyRow(database));
}
