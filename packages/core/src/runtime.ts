/** The ports on the world. Everything that is not a pure function of its arguments comes in through one of these. */

/** Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A source of numbers in [0, 1). Tests hand in a seeded one. */
export type Random = () => number;

/** Makes identifiers that sort by the time they were made (UUID version 7). */
export interface Ids {
  next(): string;
}

/** Structured logging in pino's argument order. A log line never carries a phone number, a text or a secret. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

declare const transactionBrand: unique symbol;

/** An open transaction. Only `*.store.ts` files know how to reach the database through it. */
export interface Transaction {
  readonly [transactionBrand]: true;
}

/** One statement of a commit: SQL with `?` for each binding. */
export interface Statement {
  sql: string;
  bindings: readonly unknown[];
  /**
   * How many rows the statement must touch (or, for a select, return). A different number undoes the whole commit
   * with a {@link CommitConflict} that carries the name.
   */
  expect?: { rows: number; name: string };
}

/** A commit that was undone because the database is not as its author had read it. Nothing was written. */
export class CommitConflict extends Error {
  constructor(
    /** The name of the expectation or constraint that did not hold. */
    readonly on: string,
    options?: ErrorOptions,
  ) {
    super(`The commit was undone: ${on} did not hold.`, options);
    this.name = 'CommitConflict';
  }
}

/** A row the commit writes was held locked by somebody else's transaction for longer than the commit may wait. */
export class LockTimeout extends Error {
  constructor(options?: ErrorOptions) {
    super('The commit was undone: a row it writes is locked by another transaction.', options);
    this.name = 'LockTimeout';
  }
}

/**
 * How little a write can wait; for what is little at a time. `soon` goes before what waits and is in no hurry. `at once`
 * does so too, and as more like it is expected for a second, less is written at a time meanwhile: what is under way
 * cannot be overtaken.
 */
export type Urgency = 'soon' | 'at once';

/** How something is written. */
export interface WriteOptions {
  urgency?: Urgency | undefined;
}

/** How a commit is made. */
export interface CommitOptions extends WriteOptions {
  /**
   * The longest it waits for a row that another transaction holds locked, in milliseconds; then it throws
   * {@link LockTimeout}. Without it the commit waits as long as it takes. SQLite, which has one writer, has no row locks.
   */
  lockWaitMs?: number;
}

/**
 * The database as use cases see it.
 *
 * `commit` is the fast way: statements that do not read each other's writes, sent in one trip and committed together.
 * `write` is the conversational way, for decisions that must read inside the transaction. `writeOne` is for a single
 * statement that answers what it has written: it commits by itself, without a trip to begin and one to end.
 */
export interface Database {
  readonly kind: 'sqlite' | 'postgres';
  commit(statements: readonly Statement[], options?: CommitOptions): Promise<void>;
  write<T>(work: (tx: Transaction) => Promise<T>, options?: WriteOptions): Promise<T>;
  writeOne<T>(work: (tx: Transaction) => Promise<T>, options?: WriteOptions): Promise<T>;
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** Runs the statements of a commit inside a transaction that is already open. Throws {@link CommitConflict}. */
export type RunStatements = (tx: Transaction, statements: readonly Statement[]) => Promise<void>;
