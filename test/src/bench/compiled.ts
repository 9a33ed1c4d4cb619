import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DatabaseOptions } from '@ujumbe/core';

/**
 * Loads a compiled file of a package by its path, since a part that is measured by itself has no public face.
 *
 * @param path below `packages`
 */
export async function compiled<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(__dirname, '../../../packages', path)).href)) as T;
}

/** A statement of a commit, as core's stores make them. */
export interface CoreStatement {
  sql: string;
  bindings: readonly unknown[];
}

/** Only core's stores know what is in it. */
export type CoreTransaction = object & { readonly __transaction: true };

/** What the benchmarks use of core's `database/open-database.ts`. */
export interface CoreDatabase {
  database: {
    readonly kind: 'sqlite' | 'postgres';
    commit(statements: readonly CoreStatement[]): Promise<void>;
    write<T>(work: (tx: CoreTransaction) => Promise<T>): Promise<T>;
  };
  migrate(): Promise<unknown>;
  close(): Promise<void>;
}

export async function openCoreDatabase(options: DatabaseOptions): Promise<CoreDatabase> {
  const core = await compiled<{ openDatabase(options: DatabaseOptions): Promise<CoreDatabase> }>(
    'core/dist/database/open-database.js',
  );
  return core.openDatabase(options);
}

/** Ids as core makes them. */
export async function coreIds(): Promise<{ next(): string }> {
  const core = await compiled<{ uuidV7Ids(clock: { now(): number }): { next(): string } }>('core/dist/ids.js');
  return core.uuidV7Ids({ now: () => Date.now() });
}
