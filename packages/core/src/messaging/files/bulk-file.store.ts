import { select, selectOne } from '../../database/statements.js';
import { laneNames } from '../../queue/job.js';
import type { Statement, Transaction } from '../../runtime.js';
import type { SendListState } from '../lists/send-list.js';
import type { BulkFile, BulkFileState } from './bulk-file.js';

interface FileRow {
  account_id: string;
  id: string;
  file_name: string | null;
  size_bytes: number;
  titles: string | null;
  total_rows: number;
  accepted: number;
  rejected: number;
  scheduled_at: number | null;
  pause_reason: string | null;
  created_at: number;
  list_id: string;
  list_state: SendListState;
  sender: string;
  lane: number;
  segments: number;
  cost: number;
  ended_at: number | null;
}

/** A file as the platform keeps it. */
export interface StoredFile extends BulkFile {
  listId: string;
  titles: (string | null)[];
}

const states: Partial<Record<SendListState, BulkFileState>> = { waiting: 'scheduled' };

export const fileStateOf = (state: SendListState): BulkFileState => states[state] ?? (state as BulkFileState);

const fileOf = (row: FileRow): StoredFile => ({
  id: row.id,
  accountId: row.account_id,
  state: fileStateOf(row.list_state),
  fileName: row.file_name,
  sizeBytes: row.size_bytes,
  sender: row.sender,
  lane: laneNames[row.lane] ?? 'promotional',
  totalRows: row.total_rows,
  accepted: row.accepted,
  segments: row.segments,
  cost: row.cost,
  rejected: row.rejected,
  scheduledAt: row.scheduled_at,
  pauseReason: row.list_state === 'paused' ? row.pause_reason : null,
  createdAt: row.created_at,
  completedAt: row.ended_at,
  listId: row.list_id,
  titles: JSON.parse(row.titles ?? '[]') as (string | null)[],
});

/** Only what was accepted is there for anybody. */
const files = `SELECT f.account_id, f.id, f.file_name, f.size_bytes, f.titles, f.total_rows, f.accepted, f.rejected,
    f.scheduled_at, f.pause_reason, f.created_at, f.list_id, l.state AS list_state, l.sender, l.lane, l.segments,
    l.cost, l.ended_at
  FROM sms_send_files f JOIN sms_send_lists l ON l.id = f.list_id`;

/** Notes a file whose rows are going to be checked. */
export function insertFile(
  file: Pick<BulkFile, 'accountId' | 'id' | 'fileName' | 'sizeBytes' | 'scheduledAt' | 'createdAt'>,
): Statement {
  return {
    sql: `INSERT INTO sms_send_files (account_id, id, state, file_name, size_bytes, scheduled_at, created_at)
          VALUES (?, ?, 'checking', ?, ?, ?, ?)`,
    bindings: [file.accountId, file.id, file.fileName, file.sizeBytes, file.scheduledAt, file.createdAt],
  };
}

/** The name a commit is undone under when a file is not as it was read. */
export const sameFile = 'send_file';

/** Makes a file with its rows checked one that is there, in the commit that holds its price. */
export function acceptFile(file: StoredFile): Statement {
  return {
    sql: `UPDATE sms_send_files SET state = 'accepted', list_id = ?, titles = ?, total_rows = ?, accepted = ?, rejected = ?
          WHERE account_id = ? AND id = ? AND state = 'checking'`,
    bindings: [
      file.listId,
      JSON.stringify(file.titles),
      file.totalRows,
      file.accepted,
      file.rejected,
      file.accountId,
      file.id,
    ],
    expect: { rows: 1, name: sameFile },
  };
}

export function setPauseReason(accountId: string, id: string, reason: string | null): Statement {
  return {
    sql: 'UPDATE sms_send_files SET pause_reason = ? WHERE account_id = ? AND id = ?',
    bindings: [reason, accountId, id],
  };
}

export async function findFile(tx: Transaction, accountId: string, id: string): Promise<StoredFile | undefined> {
  const row = await selectOne<FileRow>(tx, `${files} WHERE f.account_id = ? AND f.id = ?`, [accountId, id]);
  return row && fileOf(row);
}

export async function listFiles(
  tx: Transaction,
  accountId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ files: BulkFile[]; total: number }> {
  const rows = await select<FileRow>(
    tx,
    `${files} WHERE f.account_id = ? ORDER BY f.account_id DESC, f.id DESC LIMIT ? OFFSET ?`,
    [accountId, limit, offset],
  );
  const count = await selectOne<{ n: number }>(
    tx,
    `SELECT count(*) AS n FROM sms_send_files WHERE account_id = ? AND state = 'accepted'`,
    [accountId],
  );
  return { files: rows.map(fileOf), total: count?.n ?? 0 };
}

/** Files that whoever checked them never came to the end of. */
export async function uncheckedFiles(
  tx: Transaction,
  before: number,
  limit: number,
): Promise<{ accountId: string; id: string }[]> {
  const rows = await select<{ account_id: string; id: string }>(
    tx,
    `SELECT account_id, id FROM sms_send_files WHERE created_at < ? AND state = 'checking' LIMIT ?`,
    [before, limit],
  );
  return rows.map(({ account_id: accountId, id }) => ({ accountId, id }));
}

/** Takes out a file that was not accepted, with all that was written of it. */
export function discardFile({ accountId, id }: Pick<BulkFile, 'accountId' | 'id'>): Statement[] {
  const unsent = `SELECT id FROM sms_send_lists WHERE file_id = ? AND state IN ('filling', 'ready')`;
  return [
    {
      sql: `DELETE FROM sms_send_files WHERE account_id = ? AND id = ? AND state = 'checking'`,
      bindings: [accountId, id],
    },
    { sql: 'DELETE FROM sms_row_errors WHERE upload_id = ?', bindings: [id] },
    { sql: `DELETE FROM sms_send_list_rows WHERE list_id IN (${unsent})`, bindings: [id] },
    { sql: `DELETE FROM sms_send_lists WHERE file_id = ? AND state IN ('filling', 'ready')`, bindings: [id] },
  ];
}

/** Takes out what is kept of the rows that files refused before a time; the files themselves stay. */
export function forgetFileErrors(before: number): Statement {
  return {
    sql: 'DELETE FROM sms_row_errors WHERE upload_id IN (SELECT id FROM sms_send_files WHERE created_at < ?)',
    bindings: [before],
  };
}
