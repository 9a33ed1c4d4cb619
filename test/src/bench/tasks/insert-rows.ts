import Sqlite from 'better-sqlite3';
import type { DatabaseOptions } from '@ujumbe/core';
import { Client } from 'pg';
import * as bare from '../bare-rows.js';
import { coreIds, openCoreDatabase } from '../compiled.js';
import { sqliteFileOf, urlOf } from '../databases.js';

export interface InsertInput {
  database: DatabaseOptions;
  messages: number;
  /** Messages in one commit. */
  group: number;
  /** `json`: one JSON parameter a table. `rows`: one execution of a prepared statement a row; SQLite only. */
  form: 'json' | 'rows';
}

/** A connection with statements prepared. */
interface Limit {
  insert(rows: bare.BareRows): unknown;
  close(): unknown;
}

const groupsToWarmUp = 10;

/** The bare limit of a database: the rows of accepted messages, written group by group over one connection. */
export async function run({ database, messages, group, form }: InsertInput): Promise<{ seconds: number }> {
  const core = await openCoreDatabase(database);
  await core.migrate();
  await core.close();
  const ids = await coreIds();
  const accountId = ids.next();
  const file = sqliteFileOf(database);
  const limit = file === undefined ? await openPostgres(urlOf(database), accountId) : openSqlite(file, accountId, form);
  let seconds = 0;
  for (let first = -groupsToWarmUp * group; first < messages; first += group) {
    const rows = bare.bareRows(first, Math.min(group, messages - first), accountId, () => ids.next());
    const startedMs = performance.now();
    await limit.insert(rows);
    // Only the database is timed, not the making of the rows.
    if (first >= 0) seconds += (performance.now() - startedMs) / 1_000;
  }
  await limit.close();
  return { seconds };
}

function openSqlite(file: string, accountId: string, form: InsertInput['form']): Limit {
  const sqlite = new Sqlite(file);
  // As core sets them.
  for (const pragma of ['synchronous = FULL', 'cache_size = -65536', 'wal_autocheckpoint = 4000'])
    sqlite.pragma(pragma);
  for (const sql of bare.accountSql(accountId)) sqlite.exec(sql);
  const inserts = bare.tableNames.map((table) => {
    const columns = bare.columnsOf(table);
    const each = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    return { table, statement: sqlite.prepare(form === 'rows' ? each : bare.insertSql('sqlite', table, '?')) };
  });
  const hold = sqlite.prepare(
    'UPDATE sms_balances SET available = available - ?, held = held + ? WHERE account_id = ?',
  );
  const commit = sqlite.transaction((rows: bare.BareRows) => {
    for (const { table, statement } of inserts) {
      if (form === 'json') statement.run(bare.rowsJson('sqlite', table, rows));
      else for (const row of rows[table]) statement.run(row);
    }
    hold.run(bare.costOf(rows), bare.costOf(rows), accountId);
  });
  return { insert: (rows) => commit.immediate(rows), close: () => sqlite.close() };
}

async function openPostgres(url: string, accountId: string): Promise<Limit> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const sql of bare.accountSql(accountId)) await client.query(sql);
  const inserts = bare.tableNames.map(
    (table, place) => `i${place} AS (${bare.insertSql('postgres', table, `$${place + 1}`)})`,
  );
  const sql = `WITH ${inserts.join(', ')}
    UPDATE sms_balances SET available = available - $5, held = held + $5 WHERE account_id = $6`;
  return {
    insert: (rows) => {
      const values = bare.tableNames.map((table) => bare.rowsJson('postgres', table, rows));
      return client.query({ name: 'insert', text: sql, values: [...values, bare.costOf(rows), accountId] });
    },
    close: () => client.end(),
  };
}
