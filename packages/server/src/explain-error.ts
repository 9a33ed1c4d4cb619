import { SmsError } from '@ujumbe/core';
import { describeDatabase } from './config.js';
import { StartError } from './errors.js';

/** An error as it is shown: one sentence for people, a word for programs. */
export interface ExplainedError {
  error: string;
  code: string;
}

/** What a database driver's code means, as the end of a sentence that begins with the database. */
const databaseTroubles: Readonly<Record<string, string>> = {
  SQLITE_CANTOPEN: 'cannot be opened; check that its folder exists and may be written to',
  SQLITE_CANTOPEN_ISDIR: 'cannot be opened, because it is a folder',
  SQLITE_READONLY: 'may not be written to',
  SQLITE_READONLY_DIRECTORY: 'may not be written to, because its folder may not',
  SQLITE_READONLY_DBMOVED: 'was moved or deleted while it was open',
  SQLITE_NOTADB: 'is not a SQLite database',
  SQLITE_CORRUPT: 'is damaged; restore a backup',
  SQLITE_FULL: 'cannot grow, because the disk is full',
  SQLITE_BUSY: 'is locked by another process',
  EACCES: 'may not be opened by this user',
  EROFS: 'may not be written to, because its disk is read-only',
  ENOENT: 'cannot be opened; check that its folder exists',
  ECONNREFUSED: 'does not answer; check that it runs and that the address is right',
  ECONNRESET: 'closed the connection',
  ETIMEDOUT: 'did not answer in time',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ENOTFOUND: 'has a host name that does not exist',
  EAI_AGAIN: 'has a host name that cannot be looked up now',
  '28P01': 'refused the user or the password',
  '28000': 'refused the user',
  '3D000': 'does not exist; create it first',
  '42501': 'does not let this user do that',
  '53300': 'has no connection left',
  '57P03': 'is starting up; try again in a moment',
};

/** Makes any error one sentence. What nobody foresaw keeps its own first line. */
export function explainError(error: unknown, databaseUrl?: string): ExplainedError {
  if (error instanceof SmsError || error instanceof StartError) return { error: error.message, code: error.code };
  const trouble = chain(error)
    .map(codeOf)
    .find((code) => code in databaseTroubles);
  if (trouble !== undefined && databaseUrl !== undefined) {
    const sentence = `The database (${describeDatabase(databaseUrl)}) ${databaseTroubles[trouble] ?? ''}.`;
    return { error: sentence, code: 'database_unavailable' };
  }
  const [line = ''] = (error instanceof Error ? error.message : '').split('\n');
  return { error: line === '' ? 'Something went wrong that has no name.' : line, code: 'internal' };
}

/** Why a port could not be listened on, or the error itself when it is about something else. */
export function explainListenError(
  error: NodeJS.ErrnoException,
  { host, port, setting = 'UJUMBE_PORT' }: { host: string; port: number; setting?: string },
): Error {
  const where = `${host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new StartError('port_in_use', `${where} is in use by another program; set ${setting} to a free port.`);
    case 'EACCES':
      return new StartError(
        'address_unavailable',
        `${where} may not be listened on by this user; set ${setting} above 1023.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(
        'address_unavailable',
        `${host} is not an address of this machine; set UJUMBE_HOST to one that is.`,
      );
    default:
      return error;
  }
}

/** An error, what it was caused by, and what it gathers: several refused addresses of one host are one error. */
function chain(error: unknown): unknown[] {
  if (!(error instanceof Error)) return [error];
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...inner, ...(error.cause === undefined ? [] : chain(error.cause))];
}

/** The driver's code. An error that came out of a worker thread may be a plain object by then. */
function codeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  // better-sqlite3 checks the folder itself, and throws an error without a code.
  return String(message).includes('directory does not exist') ? 'ENOENT' : '';
}
