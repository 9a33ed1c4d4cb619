import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseOptions } from '@ujumbe/core';
import { startPostgres, type PostgresServer } from '../support/postgres.js';
import type { BenchDatabase, DatabaseKind } from './bench.js';

/** Makes a database for each measurement: a file on the disk, or a database of one PostgreSQL that flushes to it. */
export class BenchDatabases {
  #postgres: Promise<PostgresServer> | undefined;
  readonly #folders = new Set<string>();

  open(kind: DatabaseKind): Promise<BenchDatabase> {
    return kind === 'sqlite' ? Promise.resolve(this.#openSqlite()) : this.#openPostgres();
  }

  async close(): Promise<void> {
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
    await (await this.#postgres)?.stop();
  }

  #openSqlite(): BenchDatabase {
    const folder = mkdtempSync(join(tmpdir(), 'ujumbe-bench-'));
    this.#folders.add(folder);
    return {
      kind: 'sqlite',
      options: { client: 'better-sqlite3', filename: join(folder, 'bench.sqlite') },
      dispose: () => {
        rmSync(folder, { recursive: true, force: true });
        this.#folders.delete(folder);
        return Promise.resolve();
      },
    };
  }

  async #openPostgres(): Promise<BenchDatabase> {
    const server = await (this.#postgres ??= startPostgres({ durable: true }));
    const url = await server.createDatabase();
    return { kind: 'postgres', options: url, dispose: () => server.dropDatabase(url) };
  }
}

export function sqliteFileOf(options: DatabaseOptions): string | undefined {
  return typeof options === 'object' && 'filename' in options ? options.filename : undefined;
}

/** The URL of a benchmark's PostgreSQL. */
export function urlOf(options: DatabaseOptions): string {
  if (typeof options !== 'string') throw new Error('This database has no URL.');
  return options;
}
