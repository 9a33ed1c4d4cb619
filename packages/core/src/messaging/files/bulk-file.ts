import type { Idempotency } from '../../idempotency/answer.js';
import type { Lane } from '../../queue/job.js';
import type { UploadedFile } from '../../uploads/uploaded-file.js';
import type { ListProgress } from '../lists/read-progress.js';

/**
 * Where a file of messages stands. `scheduled` and `sending` may be `paused` and go on; the last two are ends. Completed
 * means that every message was handed over, or came to its end before.
 */
export type BulkFileState = 'scheduled' | 'sending' | 'paused' | 'completed' | 'cancelled';

/** A file whose rows are messages. Times are milliseconds since the epoch, credits thousandths of a credit. */
export interface BulkFile {
  id: string;
  accountId: string;
  state: BulkFileState;
  fileName: string | null;
  sizeBytes: number;
  /** The approved name its messages are from. */
  sender: string;
  lane: Lane;
  /** The rows that say something, the header left out. */
  totalRows: number;
  /** Those that are messages, and what they come to. */
  accepted: number;
  segments: number;
  cost: number;
  /** Those that were refused; nothing is charged for them. */
  rejected: number;
  scheduledAt: number | null;
  /** Why the platform paused it by itself. */
  pauseReason: string | null;
  createdAt: number;
  completedAt: number | null;
}

/** A row that was refused. */
export interface BulkFileError {
  /** As the spreadsheet counts, from 1. */
  row: number;
  code: string;
  reason: string;
  /** As they stand in the file; long rows are cut. */
  cells: (string | null)[];
}

export interface NewBulkFile {
  /** An approved name or its id; the account's default when absent. */
  senderId?: string | undefined;
  /**
   * The text of the rows that have none of their own. It may name columns of the file: `Habari {{first_name}}`, or
   * `{{first_name|default:"rafiki"}}` for where the cell is empty.
   */
  message?: string | undefined;
  /**
   * Takes the first column for the number and the second for the text, whatever stands over them, and `message` as it
   * is written: the way of vendors whose files have these two columns and no templates.
   */
  hasFixedColumns?: boolean | undefined;
  /** `promotional` unless said otherwise: behind what the account sends one by one. */
  lane?: Lane | undefined;
  /** Milliseconds since the epoch; at most a year ahead. */
  scheduledAt?: number | undefined;
  validityMs?: number | undefined;
  idempotency?: Idempotency | undefined;
}

/** What became of a file when it came in. */
export interface AcceptedFile {
  file: BulkFile;
  /** The first rows that were refused. */
  errors: BulkFileError[];
  replayed: boolean;
}

/** The most rows of one file, and the most bytes: it is read to its end while its sender waits for the answer. */
export const mostFileRows = 50_000;
export const fileLimitBytes = 10 * 1024 * 1024;
/** How many refused rows are answered with a file; all of them can be asked for. */
export const shownFileErrors = 100;

/** Everything a customer does with files of messages. What belongs to another account is `not_found`. */
export interface BulkFiles {
  /**
   * Checks every row, holds the whole price in one move, and sends in the background. Rows that cannot be sent are
   * refused and do not hinder the others; without credit for all others nothing is sent.
   *
   * @param file from `sms.uploads.receive`; it is not needed any more afterwards
   * @throws SmsError `file_invalid` when it cannot be read or no row can be sent, `insufficient_balance`,
   *   `sender_unknown` and the like
   */
  send(accountId: string, file: UploadedFile, options?: NewBulkFile): Promise<AcceptedFile>;
  get(accountId: string, fileId: string): Promise<{ file: BulkFile; progress: ListProgress }>;
  /** Newest first. */
  list(accountId: string, page: { limit: number; offset: number }): Promise<{ files: BulkFile[]; total: number }>;
  /** Nothing more of it leaves until it is resumed. @throws SmsError `conflict` when it is not being sent */
  pause(accountId: string, fileId: string): Promise<BulkFile>;
  /** @throws SmsError `conflict` when it is not paused */
  resume(accountId: string, fileId: string): Promise<BulkFile>;
  /** Takes back what no operator has, and gives back its price. @throws SmsError `conflict` when it is over */
  cancel(accountId: string, fileId: string): Promise<BulkFile>;
  /** The first rows that were refused. */
  firstErrors(accountId: string, fileId: string, limit: number): Promise<BulkFileError[]>;
  /** All rows that were refused, in pages, and the titles of their columns. */
  errors(
    accountId: string,
    fileId: string,
  ): Promise<{ titles: (string | null)[]; pages: AsyncIterable<BulkFileError[]> }>;
}
