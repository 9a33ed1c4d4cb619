import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DatabaseOptions } from '@ujumbe/core';
import { PostgresUnavailable, startPostgres, type PostgresServer } from './postgres.js';
import { skipBecause } from './skip.js';

export type DatabaseName = 'better-sqlite3' | 'sqlite3' | 'postgres';

/** A database of one test's own. */
export interface TestDatabase {
  readonly name: DatabaseName;
  /** What `createSms({ database })` accepts. */
  readonly options: DatabaseOptions;
  /** Removes the database; whatever a suite leaves open is removed after it. Close what uses it first. */
  dispose(): Promise<void>;
}

/** Opens a new database: with the platform's tables, or empty. */
export type OpenTestDatabase = (settings?: { empty?: boolean }) => Promise<TestDatabase>;

/** For what speaks SQL itself. Everything else is well enough proven on `usualDatabases`. */
export const allDatabases: readonly DatabaseName[] = ['better-sqlite3', 'sqlite3', 'postgres'];
const usualDatabases: readonly DatabaseName[] = ['better-sqlite3', 'postgres'];

const suiteTimeoutMs = 60_000;

let postgresWanted = false;
let postgres: Promise<PostgresServer> | undefined;
let sqliteDirectory: string | undefined;
let sqliteTemplate: Promise<string> | undefined;
let sqliteCount = 0;

/** Declares the suite once for each database. Without a PostgreSQL its third is skipped, with the reason. */
export function describeOnDatabases(
  title: string,
  suite: (open: OpenTestDatabase, name: DatabaseName) => void,
  { on = usualDatabases }: { on?: readonly DatabaseName[] } = {},
): void {
  postgresWanted ||= on.includes('postgres');
  for (const name of on) {
    describe(`${title} (${name})`, function () {
      this.timeout(suiteTimeoutMs);
      const opened = new Set<TestDatabase>();
      if (name === 'postgres') before(skipWithoutPostgres);
      suite(async (settings) => {
        const database = await openTestDatabase(name, settings);
        opened.add(database);
        return database;
      }, name);
      after(async () => {
        for (const database of opened) await database.dispose();
      });
    });
  }
}

/**
 * Applies the platform's migrations, to the end or up to one of them, and closes the database again; answers which were
 * applied. The tests' only way past core's public face.
 */
export async function migrateDatabase(options: DatabaseOptions, upTo?: string): Promise<string[]> {
  return withOpenDatabase(options, (opened) => opened.migrate(upTo));
}

/** The migrations that a database has not seen yet, in their order. */
export async function migrationsAhead(options: DatabaseOptions): Promise<string[]> {
  return withOpenDatabase(options, (opened) => opened.pendingMigrations());
}

interface OpenDatabase {
  migrate(upTo?: string): Promise<string[]>;
  pendingMigrations(): Promise<string[]>;
  close(): Promise<void>;
}

async function withOpenDatabase<T>(options: DatabaseOptions, work: (opened: OpenDatabase) => Promise<T>): Promise<T> {
  const module = pathToFileURL(join(__dirname, '../../../packages/core/dist/database/open-database.js')).href;
  const { openDatabase } = (await import(module)) as {
    openDatabase: (options: DatabaseOptions) => Promise<OpenDatabase>;
  };
  const opened = await openDatabase(options);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/** Starts what the loaded suites need; returns a sentence for the run's first line, if there is one to say. */
export async function startDatabases(): Promise<string | undefined> {
  if (!postgresWanted) return undefined;
  try {
    return (await sharedPostgres()).origin;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export async function stopDatabases(): Promise<void> {
  const server = await postgres?.catch(() => undefined);
  postgres = undefined;
  await server?.stop();
  removeSqliteFiles();
}

/** One server for every file of the run, started when it is first asked for. */
function sharedPostgres(): Promise<PostgresServer> {
  postgres ??= startPostgres();
  return postgres;
}

async function skipWithoutPostgres(this: Mocha.Context): Promise<void> {
  this.timeout(2 * suiteTimeoutMs);
  try {
    await sharedPostgres();
  } catch (error) {
    if (!(error instanceof PostgresUnavailable)) throw error;
    skipBecause(this, error.message);
  }
}

function openTestDatabase(name: DatabaseName, { empty = false } = {}): Promise<TestDatabase> {
  return name === 'postgres' ? openPostgres(empty) : openSqlite(name, empty);
}

async function openPostgres(empty: boolean): Promise<TestDatabase> {
  const server = await sharedPostgres();
  const url = await server.createDatabase(empty ? undefined : migrateDatabase);
  const dispose = onlyOnce(() => server.dropDatabase(url));
  return { name: 'postgres', options: url, dispose };
}

async function openSqlite(client: 'better-sqlite3' | 'sqlite3', empty: boolean): Promise<TestDatabase> {
  const filename = newSqliteFile();
  if (!empty) {
    sqliteTemplate ??= migratedSqlite();
    copyFileSync(await sqliteTemplate, filename);
  }
  const dispose = onlyOnce(() => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(filename + suffix, { force: true });
    return Promise.resolve();
  });
  return { name: client, options: { client, filename }, dispose };
}

async function migratedSqlite(): Promise<string> {
  const filename = newSqliteFile();
  await migrateDatabase({ client: 'better-sqlite3', filename });
  return filename;
}

function newSqliteFile(): string {
  sqliteDirectory ??= mkdtempSync(join(tmpdir(), 'ujumbe-sqlite-'));
  return join(sqliteDirectory, `${++sqliteCount}.sqlite`);
}

function removeSqliteFiles(): void {
  if (sqliteDirectory) rmSync(sqliteDirectory, { recursive: true, force: true });
  sqliteDirectory = undefined;
  sqliteTemplate = undefined;
}

function onlyOnce(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

process.on('exit', removeSqliteFiles);
// Under mocha's own command nobody calls stopDatabases; under scripts/test.mjs there is no suite to hang it on yet.
if (typeof after === 'function') after(stopDatabases);
