import type { Knex } from 'knex';
import { SmsError } from '../errors.js';
import {
  CommitConflict,
  LockTimeout,
  type CommitOptions,
  type Database,
  type Statement,
  type Transaction,
  type WriteOptions,
} from '../runtime.js';
import { ThreadedConnection } from './threaded-connection.js';
import { WriteOrder } from './write-order.js';

/**
 * SQLite has one writer, and the second write is there for it to find when it has done the first. PostgreSQL has many, but
 * a process that keeps more than a few of its cores busy with batches only makes what is urgent slower.
 */
const writeOrder = {
  sqlite: { places: 2, placesInAHurry: 1 },
  postgres: { places: 5, placesInAHurry: 2, patienceMs: 250 },
} as const;

/** How often a commit is tried again when PostgreSQL undid it to end a deadlock between two processes. */
const deadlockAttempts = 5;

/** The knex behind a transaction. Stores call it; nothing else can make sense of a `Transaction`. */
export function knexOf(tx: Transaction): Knex {
  return tx as unknown as Knex;
}

/** A transaction of the host's own, as `sms.send(…, { within })` is handed it. */
export function transactionOf(trx: Knex.Transaction): Transaction {
  return trx as unknown as Transaction;
}

/** The {@link Database} port on knex: one writer, and a reader beside it where the database allows one. */
export class KnexDatabase implements Database {
  readonly kind: 'sqlite' | 'postgres';
  readonly #order: WriteOrder;
  #underWay = 0;
  #closing: (() => void) | undefined;
  #isClosed = false;

  constructor(
    private readonly writer: Knex,
    private readonly reader: Knex = writer,
  ) {
    this.kind = kindOf(writer);
    this.#order = new WriteOrder(writeOrder[this.kind]);
  }

  async commit(statements: readonly Statement[], options: CommitOptions = {}): Promise<void> {
    if (statements.length === 0) return;
    await this.#tried(options, () =>
      this.kind === 'postgres'
        ? commitInOneStatement(this.writer, statements, options)
        : this.#commitOnSqlite(statements),
    );
  }

  write<T>(work: (tx: Transaction) => Promise<T>, options: WriteOptions = {}): Promise<T> {
    return this.#tried(options, () => this.writer.transaction((trx) => work(transactionOf(trx))));
  }

  writeOne<T>(work: (tx: Transaction) => Promise<T>, options: WriteOptions = {}): Promise<T> {
    return this.#tried(options, () => work(this.writer as unknown as Transaction));
  }

  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#counted(() => work(this.reader as unknown as Transaction));
  }

  /**
   * Lets nothing more begin, and resolves when what has begun is over. A pool that is closed under a commit would
   * report a failure for what has been stored.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#closing = resolve));
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new SmsError('transport_down', 'the platform has stopped; ask again when it runs');
    this.#underWay++;
    try {
      return await work();
    } finally {
      if (--this.#underWay === 0) this.#closing?.();
    }
  }

  async #commitOnSqlite(statements: readonly Statement[]): Promise<void> {
    const client = this.writer.client as Knex.Client;
    const connection: unknown = await client.acquireConnection();
    // The connection is free again before the answer is here: it answers in the order asked, so that whatever is asked
    // next is done next, and its thread finds work without waiting for this one to be told.
    const committed = connection instanceof ThreadedConnection ? connection.commit(statements) : undefined;
    client.releaseConnection(connection);
    if (committed) await committed;
    else await this.writer.transaction((trx) => runStatements(transactionOf(trx), statements));
  }

  #tried<T>({ urgency }: WriteOptions, attempt: () => Promise<T>): Promise<T> {
    return this.#counted(() => this.#order.run(urgency, () => this.#triedAgain(attempt)));
  }

  async #triedAgain<T>(attempt: () => Promise<T>): Promise<T> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt();
      } catch (error) {
        if (attempts < deadlockAttempts && isDeadlock(error)) continue;
        if (codeOf(error) === lockNotAvailable) throw new LockTimeout({ cause: error });
        throw conflictOf(error) ?? error;
      }
    }
  }
}

/** Which of the two databases a knex speaks to. */
export function kindOf(knex: Knex): 'sqlite' | 'postgres' {
  const { dialect } = knex.client as { dialect?: string };
  if (dialect === 'sqlite3') return 'sqlite';
  if (dialect === 'postgresql') return 'postgres';
  throw new Error(`Ujumbe stores its rows in SQLite or PostgreSQL; this knex is for ${dialect ?? 'another database'}.`);
}

/** The database's own clock, in milliseconds since the epoch. */
export async function databaseTime(tx: Transaction): Promise<number> {
  const knex = knexOf(tx);
  const sql =
    kindOf(knex) === 'postgres'
      ? 'SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS float8) AS ms'
      : `SELECT (julianday('now') - 2440587.5) * 86400000.0 AS ms`;
  const result: unknown = await knex.raw(sql);
  const rows = (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as { ms: number }[];
  return rows[0]?.ms ?? 0;
}

const isSelect = (sql: string): boolean => /^\s*select/i.test(sql);

/**
 * All statements of a commit as one: each a data-modifying CTE, the expectations checked by the select that closes
 * it. One trip instead of one per statement, and it commits by itself. A failed expectation is a cast of its name to
 * a number, which is how plain SQL raises an error that says something.
 */
async function commitInOneStatement(
  knex: Knex,
  statements: readonly Statement[],
  { lockWaitMs }: CommitOptions,
): Promise<void> {
  const parts: string[] = [];
  // The limit is set first of all, for this statement alone: select lists are computed from left to right, and the
  // parts run when a check asks for them or at the end.
  const checks = lockWaitMs === undefined ? [] : [`set_config('lock_timeout', '${lockWaitMs}ms', true)`];
  const bindings: unknown[] = [];
  statements.forEach(({ sql, bindings: values, expect }, index) => {
    const name = `s${index}`;
    parts.push(`${name} AS (${sql}${expect && !isSelect(sql) ? ' RETURNING 1' : ''})`);
    bindings.push(...values);
    if (expect) {
      checks.push(
        `CASE WHEN (SELECT count(*) FROM ${name}) = ${expect.rows} THEN 0 ` +
          `ELSE CAST('expect:${expect.name}:' || (SELECT count(*) FROM ${name}) AS integer) END`,
      );
    }
  });
  await knex.raw(`WITH ${parts.join(', ')} SELECT ${checks.join(', ') || '1'}`, bindings as Knex.RawBinding[]);
}

/** The statements of a commit one by one, inside a transaction that is already open. */
export async function runStatements(tx: Transaction, statements: readonly Statement[]): Promise<void> {
  const knex = knexOf(tx);
  const kind = kindOf(knex);
  for (const { sql, bindings, expect } of statements) {
    const result: unknown = await knex.raw(sql, bindings as Knex.RawBinding[]);
    if (expect && (await rowsTouched(knex, kind, sql, result)) !== expect.rows) throw new CommitConflict(expect.name);
  }
}

/**
 * As {@link runStatements}, behind a savepoint: what fails undoes these statements alone, and the host's transaction
 * can go on.
 */
export async function runBehindSavepoint(tx: Transaction, statements: readonly Statement[]): Promise<void> {
  try {
    await knexOf(tx).transaction((inner) => runStatements(transactionOf(inner), statements));
  } catch (error) {
    throw conflictOf(error) ?? error;
  }
}

async function rowsTouched(knex: Knex, kind: Database['kind'], sql: string, result: unknown): Promise<number> {
  if (kind === 'postgres') return (result as { rowCount: number }).rowCount;
  if (isSelect(sql)) return (result as unknown[]).length;
  const [row] = await knex.raw<{ n: number }[]>('SELECT changes() AS n');
  return row?.n ?? 0;
}

const isDeadlock = (error: unknown): boolean => ['40P01', '40001'].includes(codeOf(error) ?? '');

/** What PostgreSQL calls a lock that could not be had in time. */
const lockNotAvailable = '55P03';

const codeOf = (error: unknown): string | undefined => (error as { code?: string } | null)?.code;

/** A broken constraint or expectation, in one form for both databases; undefined for any other error. */
function conflictOf(error: unknown): CommitConflict | undefined {
  if (!(error instanceof Error) || error instanceof CommitConflict) return undefined;
  const code = codeOf(error) ?? '';
  const expectation = /"expect:([^:"]+):\d+"/.exec(error.message)?.[1];
  if (code === '22P02' && expectation) return new CommitConflict(expectation, { cause: error });
  // Class 23 is a broken constraint, class 22 a value the database cannot hold: the fault of single rows.
  if (/^2[23]...$/.test(code)) {
    return new CommitConflict((error as { constraint?: string }).constraint ?? 'constraint', { cause: error });
  }
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    const on = /constraint failed: (?:index ')?([\w. ,]+)/.exec(error.message)?.[1] ?? 'constraint';
    return new CommitConflict(on.trim(), { cause: error });
  }
  return undefined;
}
