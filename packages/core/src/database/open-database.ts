import knexFactory, { type Knex } from 'knex';
import { SmsError } from '../errors.js';
import { ImmediateSqliteClient, ThreadedSqliteClient } from './knex-clients.js';
import { KnexDatabase, kindOf } from './knex-database.js';
import { migrate, pendingMigrations } from './migrate.js';
import { assertSafeSqlite, sqlitePragmas, sqliteReaderPragmas } from './open-sqlite.js';

/**
 * Where the platform keeps its rows: a URL (`sqlite:./sms.sqlite`, `postgres://…`), a driver with its file or
 * connection, or the host's own knex, whose pool is then shared and never closed by us.
 */
export type DatabaseOptions =
  | string
  | { client: 'better-sqlite3' | 'sqlite3'; filename: string }
  | { client: 'pg'; connection: string | Knex.PgConnectionConfig; pool?: { min?: number; max?: number } }
  | { knex: Knex };

/** An open database and what its owner can do with it beside transactions. */
export interface OpenDatabase {
  database: KnexDatabase;
  /** The SQLite file, when there is one. */
  filename: string | undefined;
  /** @param upTo the last migration that runs; all unless given */
  migrate(upTo?: string): Promise<string[]>;
  pendingMigrations(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const settings = typeof options === 'string' ? parseDatabaseUrl(options) : options;
  if ('knex' in settings) return owned(settings.knex, settings.knex, undefined, () => Promise.resolve());
  if (settings.client === 'pg') {
    const { connection, pool } = settings;
    const knex = knexFactory({ ...discreet, client: 'pg', connection, pool: { min: 0, max: 10, ...pool } });
    await answering(knex);
    return owned(knex, knex, undefined, () => knex.destroy());
  }
  const { client, filename } = settings;
  const inMemory = filename === ':memory:' || filename === '';
  const writer = client === 'sqlite3' ? openNodeSqlite(filename, false) : openThreaded(filename, false);
  // The first use creates the file and sets its journal mode; a reader that came first would find neither.
  await answering(writer);
  // A database in memory belongs to one connection, so there its reader is the writer.
  const reader = inMemory
    ? writer
    : client === 'sqlite3'
      ? openNodeSqlite(filename, true)
      : openThreaded(filename, true);
  return owned(writer, reader, inMemory ? undefined : filename, async () => {
    if (reader !== writer) await reader.destroy();
    await writer.destroy();
  });
}

/** Makes sure that a database answers; one that does not is let go, so that it keeps no process alive. */
async function answering(knex: Knex): Promise<void> {
  try {
    await knex.raw('SELECT 1');
  } catch (error) {
    await knex.destroy();
    throw error;
  }
}

function owned(writer: Knex, reader: Knex, filename: string | undefined, close: () => Promise<void>): OpenDatabase {
  kindOf(writer);
  const database = new KnexDatabase(writer, reader);
  return {
    database,
    filename,
    migrate: (upTo) => migrate(writer, upTo),
    pendingMigrations: () => pendingMigrations(writer),
    close: async () => {
      await database.close();
      await close();
    },
  };
}

/** `sqlite:PATH` or `postgres://…` → settings; anything else is refused with a sentence. */
function parseDatabaseUrl(url: string): Exclude<DatabaseOptions, string> {
  if (/^postgres(ql)?:\/\//.test(url)) return { client: 'pg', connection: url };
  const filename = /^sqlite:(?:\/\/)?(.+)$/.exec(url)?.[1];
  if (filename) return { client: 'better-sqlite3', filename };
  throw new SmsError(
    'invalid_request',
    'The database URL must begin with sqlite: (then a file) or postgres:// (then host and database).',
  );
}

/**
 * Knex writes the values of a failed statement into its error, and failures of its pool to the console. Neither may
 * be: the values are phone numbers and texts, and what failed is thrown to its caller anyway.
 */
const discreet: Knex.Config = {
  compileSqlOnError: false,
  log: { warn() {}, error() {}, debug() {}, deprecate() {} },
};

// One connection: two writers gain nothing on SQLite and keep each other waiting.
const onePool = { min: 1, max: 1, acquireTimeoutMillis: 60_000 };

function openThreaded(filename: string, readonly: boolean): Knex {
  return knexFactory({
    ...discreet,
    client: ThreadedSqliteClient as unknown as typeof Knex.Client,
    connection: { filename, readonly } as Knex.Sqlite3ConnectionConfig,
    useNullAsDefault: true,
    pool: onePool,
  });
}

interface NodeSqlite {
  all(sql: string, done: (error: Error | null, rows: { version: string }[]) => void): void;
  exec(sql: string, done: (error: Error | null) => void): void;
}

function openNodeSqlite(filename: string, readonly: boolean): Knex {
  const pragmas = (readonly ? sqliteReaderPragmas : sqlitePragmas).map((pragma) => `PRAGMA ${pragma};`).join(' ');
  return knexFactory({
    ...discreet,
    client: ImmediateSqliteClient as unknown as typeof Knex.Client,
    connection: { filename },
    useNullAsDefault: true,
    pool: {
      ...onePool,
      afterCreate(connection: NodeSqlite, done: (error: Error | null, connection: NodeSqlite) => void) {
        connection.all('SELECT sqlite_version() AS version', (error, rows) => {
          try {
            if (error) throw error;
            assertSafeSqlite(rows[0]?.version ?? '0');
            connection.exec(pragmas, (failed) => done(failed, connection));
          } catch (refused) {
            done(refused as Error, connection);
          }
        });
      },
    },
  });
}
