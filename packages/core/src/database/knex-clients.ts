import type { Knex } from 'knex';
import { ThreadedConnection } from './threaded-connection.js';

// Knex documents no other way to bring a driver of one's own than to extend its client classes.
/* eslint-disable @typescript-eslint/no-require-imports */
const BetterSqliteClient = require('knex/lib/dialects/better-sqlite3') as ClientClass;
const SqliteClient = require('knex/lib/dialects/sqlite3') as ClientClass;
/* eslint-enable @typescript-eslint/no-require-imports */

interface Query {
  sql: string;
  bindings?: unknown[];
  response?: unknown;
  context?: unknown;
}

interface ClientInstance extends Omit<
  Knex.Client,
  'validateConnection' | 'acquireRawConnection' | 'destroyRawConnection'
> {
  _driver(): unknown;
  acquireRawConnection(): Promise<unknown>;
  destroyRawConnection(connection: unknown): Promise<void>;
  validateConnection(connection: unknown): boolean;
  _query(connection: unknown, query: Query): Promise<Query>;
}

type ClientClass = new (config: Knex.Config) => ClientInstance;

/**
 * A transaction that may write takes the write lock when it begins. Begun the default way, it would take it at its
 * first write and fail at once when another process had committed in between.
 */
const beginImmediate = (sql: string): string => (sql === 'BEGIN;' ? 'BEGIN IMMEDIATE;' : sql);

/** What SQLite can bind: knex's migrator hands in dates, and callers booleans. */
const bindable = (value: unknown): unknown =>
  typeof value === 'boolean' ? Number(value) : value instanceof Date ? value.getTime() : (value ?? null);

/** Knex on a SQLite connection in a worker thread. */
export class ThreadedSqliteClient extends BetterSqliteClient {
  override _driver(): unknown {
    return undefined;
  }

  override acquireRawConnection(): Promise<ThreadedConnection> {
    const { filename, readonly } = this.connectionSettings as { filename: string; readonly?: boolean };
    return Promise.resolve(new ThreadedConnection(filename, readonly === true));
  }

  override async destroyRawConnection(connection: ThreadedConnection): Promise<void> {
    await connection.close();
  }

  override validateConnection(connection: ThreadedConnection): boolean {
    return !connection.broken;
  }

  override async _query(connection: ThreadedConnection, query: Query): Promise<Query> {
    const { rows, changes, lastID } = await connection.query(
      beginImmediate(query.sql),
      (query.bindings ?? []).map(bindable),
    );
    query.response = rows ?? { changes };
    query.context = { changes, lastID };
    return query;
  }
}

/** Knex on node-sqlite3, which brings its own threads. */
export class ImmediateSqliteClient extends SqliteClient {
  override _query(connection: unknown, query: Query): Promise<Query> {
    return super._query(connection, { ...query, sql: beginImmediate(query.sql) });
  }
}
