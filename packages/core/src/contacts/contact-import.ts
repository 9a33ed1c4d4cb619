import type { Idempotency } from '../idempotency/answer.js';
import type { UploadedFile } from '../uploads/uploaded-file.js';
import type { MergePolicy, PageRange } from './contact.js';

/** `pending` until a worker takes it; the last three are ends. What was imported before an end stays. */
export type ImportState = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';

/** A file of contacts that is being imported, or was. Times are milliseconds since the epoch. */
export interface ContactImport {
  id: string;
  accountId: string;
  state: ImportState;
  fileName: string | null;
  sizeBytes: number;
  policy: MergePolicy;
  /** The group everybody in the file is added to. */
  groupId: string | null;
  /** Added to those everybody in the file has. */
  tags: string[];
  /** The rows dealt with so far: imported, updated, skipped and failed together. The header and empty rows are none. */
  totalRows: number;
  /** Those that became new contacts. */
  imported: number;
  updated: number;
  skipped: number;
  failed: number;
  /** Why the import ended before the file did. */
  error: string | null;
  createdAt: number;
  startedAt: number | null;
  completedAt: number | null;
}

export interface NewImport {
  /** What becomes of contacts that are there already; `update` unless said otherwise. */
  policy?: MergePolicy | undefined;
  /** Everybody in the file is added to it, those who are contacts already too. */
  groupId?: string | undefined;
  /** Everybody in the file is given them, beside those they have. */
  tags?: readonly string[] | undefined;
  idempotency?: Idempotency | undefined;
}

/** A row that was refused. */
export interface ImportError {
  /** As the spreadsheet counts, from 1. */
  row: number;
  code: string;
  reason: string;
  /** As they stand in the file; long rows are cut. */
  cells: (string | null)[];
}

/** The most imports of an account that wait or run at a time. */
export const mostOpenImports = 20;

/** Everything a customer does with imports of contacts. What belongs to another account is `not_found`. */
export interface ContactImports {
  /**
   * Takes over a file from `sms.uploads.receive` and imports it in the background. The same key with the same
   * fingerprint gives the first import again.
   *
   * @throws SmsError `conflict` when {@link mostOpenImports} are not over yet, `not_found` for the group
   */
  start(
    accountId: string,
    file: UploadedFile,
    options?: NewImport,
  ): Promise<{ contactImport: ContactImport; replayed: boolean }>;
  get(accountId: string, importId: string): Promise<ContactImport>;
  /** Newest first. */
  list(accountId: string, page: PageRange): Promise<{ imports: ContactImport[]; total: number }>;
  /** Stops it; what has been imported stays. @throws SmsError `conflict` when it is over */
  cancel(accountId: string, importId: string): Promise<ContactImport>;
  /** The first rows that were refused. */
  firstErrors(accountId: string, importId: string, limit: number): Promise<ImportError[]>;
  /** All rows that were refused, in pages, and the titles of their columns. */
  errors(
    accountId: string,
    importId: string,
  ): Promise<{ titles: (string | null)[]; pages: AsyncIterable<ImportError[]> }>;
}
