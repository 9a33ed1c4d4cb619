import type BetterSqlite from 'better-sqlite3';

/** Older builds can corrupt the file when a reader meets the reset of the write-ahead log. */
const oldestSafeSqlite = [3, 51, 3] as const;

/** How every connection of ours is set: crash-safe commits, readers beside the writer, room to keep indexes hot. */
export const sqlitePragmas = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'busy_timeout = 10000',
  'cache_size = -32768',
  'temp_store = MEMORY',
  'wal_autocheckpoint = 16000',
];

/** The pragmas a connection that only reads may set. */
export const sqliteReaderPragmas = ['busy_timeout = 10000', 'cache_size = -8192', 'query_only = ON'];

export function assertSafeSqlite(version: string): void {
  const parts = version.split('.').map(Number);
  for (const [index, oldest] of oldestSafeSqlite.entries()) {
    const part = parts[index] ?? 0;
    if (part > oldest) return;
    if (part < oldest) {
      throw new Error(
        `SQLite ${version} is too old: ${oldestSafeSqlite.join('.')} or newer is needed. Update the SQLite driver package.`,
      );
    }
  }
}

/** better-sqlite3, required when it is first needed, so that a host on PostgreSQL need not have it. */
function loadDriver(): typeof BetterSqlite {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { version } = require('better-sqlite3/package.json') as { version: string };
    if (Number(version.split('.')[0]) >= 13 && (major < 22 || (major === 22 && minor < 14))) {
      throw new Error(
        `better-sqlite3 ${version} crashes on Node ${process.versions.node}: install better-sqlite3@12 or use Node 22.14 or newer.`,
      );
    }
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require('better-sqlite3') as typeof BetterSqlite;
  } catch (error) {
    if ((error as { code?: string }).code === 'MODULE_NOT_FOUND') {
      throw new Error('The SQLite driver is missing: run `npm install better-sqlite3@12`.', { cause: error });
    }
    throw error;
  }
}

export function openSqlite(options: { filename: string; readonly: boolean }): BetterSqlite.Database {
  const Driver = loadDriver();
  let connection: BetterSqlite.Database;
  try {
    connection = new Driver(options.filename, { timeout: 10_000 });
  } catch (error) {
    if (error instanceof Error && error.message.includes('bindings file')) {
      throw new Error(
        'better-sqlite3 has no compiled binary: run `npm install-scripts approve better-sqlite3 && npm rebuild better-sqlite3`.',
        { cause: error },
      );
    }
    throw error;
  }
  assertSafeSqlite((connection.prepare('SELECT sqlite_version() AS version').get() as { version: string }).version);
  for (const pragma of options.readonly ? sqliteReaderPragmas : sqlitePragmas) connection.pragma(pragma);
  return connection;
}
