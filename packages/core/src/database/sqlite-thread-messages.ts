import type { Statement } from '../runtime.js';

/** What crosses between the event loop and the thread that owns a SQLite connection. */
export type ThreadRequest =
  | { id: number; kind: 'query'; sql: string; bindings: readonly unknown[] }
  | { id: number; kind: 'commit'; statements: readonly Statement[] }
  | { id: number; kind: 'close' };

export interface ThreadReply {
  id: number;
  result: { rows?: unknown[]; changes?: number; lastID?: number; conflict?: string };
  error?: { message: string; code: string | undefined };
}

/** The id of the one reply nobody asked for: the connection could not be opened. */
export const notOpened = 0;

/** An Error loses its `code` in structured cloning, and the code is what tells a busy database from a broken one. */
export function serializeError(error: unknown): NonNullable<ThreadReply['error']> {
  if (!(error instanceof Error)) return { message: String(error), code: undefined };
  return { message: error.message, code: (error as Error & { code?: string }).code };
}
