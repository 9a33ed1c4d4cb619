import Sqlite from 'better-sqlite3';
import type { DatabaseOptions } from '@ujumbe/core';
import { Client } from 'pg';
import { coreIds, compiled, openCoreDatabase } from '../compiled.js';
import { person } from '../contact-files.js';
import { sqliteFileOf, urlOf } from '../databases.js';

/** One of the steps no import can do without, by itself. */
export type StepInput =
  | { step: 'parse'; path: string }
  | { step: 'phones'; rows: number }
  | { step: 'insert'; rows: number; database: DatabaseOptions };

const perCommit = 1_000;

export async function run(input: StepInput): Promise<{ seconds: number }> {
  switch (input.step) {
    case 'parse':
      return timed(() => parse(input.path));
    case 'phones':
      return phones(input.rows);
    case 'insert':
      return insert(input.rows, input.database);
  }
}

async function timed(work: () => Promise<void> | void): Promise<{ seconds: number }> {
  const startedMs = performance.now();
  await work();
  return { seconds: (performance.now() - startedMs) / 1_000 };
}

/** Reads the rows and does nothing with them. */
async function parse(path: string): Promise<void> {
  const { openTable } = await compiled<{
    openTable: (path: string) => Promise<{ rows(): AsyncIterable<unknown[]>; close(): Promise<void> }>;
  }>('core/dist/tabular/open-table.js');
  const table = await openTable(path);
  let rows = 0;
  for await (const batch of table.rows()) rows += batch.length;
  if (rows === 0) throw new Error('The file has no rows.');
  await table.close();
}

async function phones(rows: number): Promise<{ seconds: number }> {
  const { parseMsisdn } = await compiled<{ parseMsisdn: (written: string, country: string) => string }>(
    'core/dist/numbers/msisdn.js',
  );
  const written = Array.from({ length: rows }, (_, index) => person(index)[0] ?? '');
  return timed(() => {
    for (const phone of written) parseMsisdn(phone, 'TZ');
  });
}

const columns =
  'account_id uuid, id uuid, phone text, network text, first_name text, last_name text, email text, notes text, ' +
  'locale text, tags text, attributes text, active int, opted_in_at bigint, created_at bigint, updated_at bigint, ' +
  'search_text text';
const names = columns.split(', ').map((column) => column.split(' ')[0] ?? '');

/** Writes the rows bare, with nothing read, decided or counted. Only the database is timed, not the making of the rows. */
async function insert(rows: number, database: DatabaseOptions): Promise<{ seconds: number }> {
  const core = await openCoreDatabase(database);
  await core.migrate();
  await core.close();
  const ids = await coreIds();
  const accountId = ids.next();
  const file = sqliteFileOf(database);
  const writer = file === undefined ? await openPostgres(urlOf(database)) : openSqlite(file);
  let seconds = 0;
  for (let from = 0; from < rows; from += perCommit) {
    const now = Date.now();
    const people = Array.from({ length: Math.min(perCommit, rows - from) }, (_, index) => {
      const [phone = '', first = '', last = '', email = '', city = ''] = person(from + index);
      const search = `${first} ${last} ${email} ${phone}`.toLowerCase();
      return [
        ...[accountId, ids.next(), phone, 'Yas', first, last, email, null, null, '[]'],
        ...[JSON.stringify({ city }), 1, null, now, now, search],
      ];
    });
    const json = writer.json(people);
    seconds += (await timed(() => writer.write(json))).seconds;
  }
  await writer.close();
  return { seconds };
}

interface Writer {
  json(rows: readonly unknown[][]): string;
  write(json: string): Promise<void> | void;
  close(): Promise<void> | void;
}

function openSqlite(file: string): Writer {
  const sqlite = new Sqlite(file);
  // As core sets them.
  for (const pragma of ['synchronous = FULL', 'cache_size = -65536', 'wal_autocheckpoint = 4000'])
    sqlite.pragma(pragma);
  const fields = names.map((name, place) => `value ->> ${place} AS ${name}`).join(', ');
  const statement = sqlite.prepare(
    `INSERT INTO sms_contacts (${names.join(', ')}) SELECT ${fields} FROM jsonb_each(?)`,
  );
  return {
    json: (rows) => JSON.stringify(rows),
    write: (json) => void statement.run(json),
    close: () => void sqlite.close(),
  };
}

async function openPostgres(url: string): Promise<Writer> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const values = names.map((name) => (name === 'attributes' ? 'CAST(attributes AS jsonb)' : name)).join(', ');
  const text = `INSERT INTO sms_contacts (${names.join(', ')})
    SELECT ${values} FROM json_to_recordset(CAST($1 AS json)) AS j(${columns})`;
  return {
    json: (rows) =>
      JSON.stringify(rows.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place]])))),
    write: async (json) => {
      await client.query({ name: 'insert', text, values: [json] });
    },
    close: () => client.end(),
  };
}
