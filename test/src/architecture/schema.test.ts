import { equal } from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseOptions } from '@ujumbe/core';
import knexFactory, { type Knex } from 'knex';
import { allDatabases, describeOnDatabases, migrateDatabase } from '../support/databases.js';

/*
 * What the migrations lead to is committed, so that a change of the schema is seen where it is reviewed.
 * After a wanted change: UPDATE_SCHEMA=1 npm test -- schema
 */
describeOnDatabases(
  'the schema',
  (open, name) => {
    it('is the committed one after all migrations', async () => {
      const { options } = await open({ empty: true });
      await migrateDatabase(options);
      const kind = name === 'postgres' ? 'postgres' : 'sqlite';
      const dump = await withKnex(options, kind === 'postgres' ? dumpPostgres : dumpSqlite);
      compare(join(__dirname, '../../schema', `${kind}.txt`), dump);
    });

    it('is what a test database starts with', async () => {
      const { options } = await open();
      const kind = name === 'postgres' ? 'postgres' : 'sqlite';
      const dump = await withKnex(options, kind === 'postgres' ? dumpPostgres : dumpSqlite);
      equal(dump, readFileSync(join(__dirname, '../../schema', `${kind}.txt`), 'utf8'));
    });
  },
  { on: allDatabases },
);

function compare(path: string, dump: string): void {
  if (process.env.UPDATE_SCHEMA === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, dump);
  }
  equal(dump, readFileSync(path, 'utf8'), `${path} differs; UPDATE_SCHEMA=1 rewrites it.`);
}

async function withKnex<T>(options: DatabaseOptions, work: (knex: Knex) => Promise<T>): Promise<T> {
  const knex = knexFactory(
    typeof options === 'string'
      ? { client: 'pg', connection: options }
      : {
          client: 'better-sqlite3',
          connection: { filename: (options as { filename: string }).filename },
          useNullAsDefault: true,
        },
  );
  try {
    return await work(knex);
  } finally {
    await knex.destroy();
  }
}

async function dumpSqlite(knex: Knex): Promise<string> {
  const rows = await knex.raw<{ sql: string }[]>(
    `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'
     ORDER BY tbl_name, type DESC, name`,
  );
  return rows.map(({ sql }) => `${reindent(sql)};\n`).join('\n');
}

/** How far a migration's text is indented says nothing about the schema. */
function reindent(sql: string): string {
  const lines = sql.split('\n').map((line) => line.trim());
  return lines.map((line, index) => (index > 0 && !line.startsWith(')') ? `  ${line}` : line)).join('\n');
}

interface PostgresFact {
  table_name: string;
  fact: string;
}

/** NOT NULL stands with the column: PostgreSQL 18 also lists it as a constraint, and older ones do not. */
async function dumpPostgres(knex: Knex): Promise<string> {
  const columns = await facts(
    knex,
    `SELECT table_name, 'column ' || column_name || ' ' || data_type
       || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
       || coalesce(' DEFAULT ' || column_default, '')
       || CASE is_identity WHEN 'YES' THEN ' IDENTITY ' || identity_generation ELSE '' END AS fact
     FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY ordinal_position`,
  );
  const constraints = await facts(
    knex,
    `SELECT relname AS table_name, 'constraint ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid) AS fact
     FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
     WHERE connamespace = current_schema()::regnamespace AND contype <> 'n' ORDER BY conname COLLATE "C"`,
  );
  const indexes = await facts(
    knex,
    `SELECT tablename AS table_name, indexdef AS fact FROM pg_indexes
     WHERE schemaname = current_schema() ORDER BY indexname COLLATE "C"`,
  );
  const all = [...columns, ...constraints, ...indexes];
  const tables = [...new Set(all.map(({ table_name }) => table_name))].sort();
  return tables
    .map((table) => {
      const lines = all.filter(({ table_name }) => table_name === table).map(({ fact }) => `  ${fact}\n`);
      return `${table}\n${lines.join('')}`;
    })
    .join('\n');
}

async function facts(knex: Knex, sql: string): Promise<PostgresFact[]> {
  return (await knex.raw<{ rows: PostgresFact[] }>(sql)).rows;
}
