import { databaseKind, select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { MergePolicy, PageRange } from './contact.js';
import type { ContactImport, ImportState } from './contact-import.js';

interface ImportRow {
  account_id: string;
  id: string;
  state: ImportState;
  folder_id: string;
  file_name: string | null;
  size_bytes: number;
  policy: MergePolicy;
  group_id: string | null;
  tags: string;
  titles: string | null;
  place: number;
  total_rows: number;
  imported: number;
  updated: number;
  skipped: number;
  failed: number;
  error: string | null;
  attempts: number;
  created_at: number;
  started_at: number | null;
  completed_at: number | null;
}

const columns = `account_id, id, state, folder_id, file_name, size_bytes, policy, group_id, tags, titles, place, total_rows,
  imported, updated, skipped, failed, error, attempts, created_at, started_at, completed_at`;

/** An import as its worker sees it. */
export interface StoredImport extends ContactImport {
  folderId: string;
  /** What stands over the columns, once the file has been opened. */
  titles: (string | null)[] | null;
  /** The last row that is dealt with. */
  place: number;
  /** How often it was taken up since it last got on. */
  attempts: number;
}

const importOf = (row: ImportRow): StoredImport => ({
  id: row.id,
  accountId: row.account_id,
  state: row.state,
  folderId: row.folder_id,
  fileName: row.file_name,
  sizeBytes: row.size_bytes,
  policy: row.policy,
  groupId: row.group_id,
  tags: JSON.parse(row.tags) as string[],
  titles: row.titles === null ? null : (JSON.parse(row.titles) as (string | null)[]),
  place: row.place,
  totalRows: row.total_rows,
  imported: row.imported,
  updated: row.updated,
  skipped: row.skipped,
  failed: row.failed,
  error: row.error,
  attempts: row.attempts,
  createdAt: row.created_at,
  startedAt: row.started_at,
  completedAt: row.completed_at,
});

export function insertImport(made: StoredImport): Statement {
  return {
    sql: `INSERT INTO sms_contact_imports
            (account_id, id, state, folder_id, file_name, size_bytes, policy, group_id, tags, created_at, updated_at)
          VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      made.accountId,
      made.id,
      made.folderId,
      made.fileName,
      made.sizeBytes,
      made.policy,
      made.groupId,
      JSON.stringify(made.tags),
      made.createdAt,
      made.createdAt,
    ],
  };
}

const isOpen = `state IN ('pending', 'processing')`;

export async function findImport(tx: Transaction, accountId: string, id: string): Promise<StoredImport | undefined> {
  const row = await selectOne<ImportRow>(
    tx,
    `SELECT ${columns} FROM sms_contact_imports WHERE account_id = ? AND id = ?`,
    [accountId, id],
  );
  return row && importOf(row);
}

export async function listImports(
  tx: Transaction,
  accountId: string,
  { limit, offset }: PageRange,
): Promise<{ imports: ContactImport[]; total: number }> {
  const rows = await select<ImportRow>(
    tx,
    `SELECT ${columns} FROM sms_contact_imports WHERE account_id = ? ORDER BY account_id DESC, id DESC LIMIT ? OFFSET ?`,
    [accountId, limit, offset],
  );
  const count = await selectOne<{ n: number }>(
    tx,
    'SELECT count(*) AS n FROM sms_contact_imports WHERE account_id = ?',
    [accountId],
  );
  return { imports: rows.map(importOf), total: count?.n ?? 0 };
}

export async function countOpenImports(tx: Transaction, accountId: string): Promise<number> {
  const row = await selectOne<{ n: number }>(
    tx,
    `SELECT count(*) AS n FROM sms_contact_imports WHERE account_id = ? AND ${isOpen}`,
    [accountId],
  );
  return row?.n ?? 0;
}

export interface ImportClaim {
  folderId: string;
  workerId: string;
  /** Those this process has in hand: what else stands under its name is a claim whose answer was lost. */
  inHand: readonly string[];
  nowMs: number;
}

/** Whether something waits in a folder, asked often. */
export async function hasOpenImports(tx: Transaction, folderId: string): Promise<boolean> {
  const row = await selectOne(
    tx,
    `SELECT 1 AS one FROM sms_contact_imports WHERE folder_id = ? AND ${isOpen} LIMIT 1`,
    [folderId],
  );
  return row !== undefined;
}

/**
 * Hands this process the oldest import nobody alive is busy with. One account's imports run one after the other, in the
 * order they came: of two that write the same contact the later one must win.
 */
export async function claimImport(
  tx: Transaction,
  { folderId, workerId, inHand, nowMs }: ImportClaim,
): Promise<StoredImport | undefined> {
  const held = inHand.map(() => '?').join(', ');
  const row = await selectOne<ImportRow>(
    tx,
    `UPDATE sms_contact_imports
        SET state = 'processing', worker_id = ?, attempts = attempts + 1, started_at = coalesce(started_at, ?),
            updated_at = ?
      WHERE (account_id, id) = (
        SELECT i.account_id, i.id FROM sms_contact_imports i
         WHERE i.folder_id = ? AND i.${isOpen} ${inHand.length === 0 ? '' : `AND i.id NOT IN (${held})`}
           AND (i.worker_id IS NULL OR i.worker_id = ?
                OR NOT EXISTS (SELECT 1 FROM sms_workers w WHERE w.id = i.worker_id AND w.expires_at > ?))
           AND NOT EXISTS (SELECT 1 FROM sms_contact_imports o
                            WHERE o.folder_id = i.folder_id AND o.account_id = i.account_id AND o.${isOpen}
                              AND o.id < i.id)
         ORDER BY i.id LIMIT 1 ${databaseKind(tx) === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : ''}
      ) RETURNING ${columns}`,
    [workerId, nowMs, nowMs, folderId, ...inHand, workerId, nowMs],
  );
  return row && importOf(row);
}

/** The name a commit is undone under when an import has been cancelled or taken over. */
export const stillOurs = 'contact_import';

type Mine = Pick<StoredImport, 'accountId' | 'id' | 'place'> & { workerId: string };

const mine = `account_id = ? AND id = ? AND worker_id = ? AND place = ? AND state = 'processing'`;
const mineOf = ({ accountId, id, workerId, place }: Mine): unknown[] => [accountId, id, workerId, place];

/** How an import gets on, in the commit that writes the rows: nobody else may have moved it meanwhile. */
export function advanceImport(
  of: Mine,
  to: { place: number; titles: readonly (string | null)[] },
  counts: Pick<ContactImport, 'imported' | 'updated' | 'skipped' | 'failed'>,
  nowMs: number,
): Statement {
  const { imported, updated, skipped, failed } = counts;
  return {
    sql: `UPDATE sms_contact_imports
             SET place = ?, titles = ?, attempts = 0, updated_at = ?, total_rows = total_rows + ?,
                 imported = imported + ?, updated = updated + ?, skipped = skipped + ?, failed = failed + ?
           WHERE ${mine}`,
    bindings: [
      to.place,
      JSON.stringify(to.titles),
      nowMs,
      imported + updated + skipped + failed,
      imported,
      updated,
      skipped,
      failed,
      ...mineOf(of),
    ],
    expect: { rows: 1, name: stillOurs },
  };
}

export function endImport(of: Mine, end: { state: ImportState; error: string | null }, nowMs: number): Statement {
  return {
    sql: `UPDATE sms_contact_imports SET state = ?, error = ?, worker_id = NULL, updated_at = ?, completed_at = ?
           WHERE ${mine}`,
    bindings: [end.state, end.error, nowMs, nowMs, ...mineOf(of)],
    expect: { rows: 1, name: stillOurs },
  };
}

/** Stops an import whoever is busy with it; undone when it is over. */
export function cancelImport(accountId: string, id: string, nowMs: number): Statement {
  return {
    sql: `UPDATE sms_contact_imports SET state = 'cancelled', worker_id = NULL, updated_at = ?, completed_at = ?
           WHERE account_id = ? AND id = ? AND ${isOpen}`,
    bindings: [nowMs, nowMs, accountId, id],
    expect: { rows: 1, name: stillOurs },
  };
}

/** Lets another process go on with an import at once. */
export function returnImports(workerId: string): Statement {
  return {
    sql: `UPDATE sms_contact_imports SET worker_id = NULL, attempts = 0 WHERE worker_id = ? AND ${isOpen}`,
    bindings: [workerId],
  };
}

/** The files of a folder, of those named, that an import still needs. */
export async function neededFiles(tx: Transaction, folderId: string): Promise<Set<string>> {
  const rows = await select<{ id: string }>(
    tx,
    `SELECT id FROM sms_contact_imports WHERE folder_id = ? AND ${isOpen}`,
    [folderId],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Ends imports nothing has happened to since a time: nobody who runs can see their folder. */
export async function endStrandedImports(
  tx: Transaction,
  before: number,
  error: string,
  nowMs: number,
): Promise<ContactImport[]> {
  const rows = await select<ImportRow>(
    tx,
    `UPDATE sms_contact_imports SET state = 'failed', error = ?, worker_id = NULL, updated_at = ?, completed_at = ?
      WHERE ${isOpen} AND updated_at < ? RETURNING ${columns}`,
    [error, nowMs, nowMs, before],
  );
  return rows.map(importOf);
}

/** Takes out what is kept of the rows that imports refused before a time; the imports themselves stay. */
export function forgetImportErrors(before: number): Statement {
  return {
    sql: `DELETE FROM sms_row_errors WHERE upload_id IN
            (SELECT id FROM sms_contact_imports WHERE completed_at < ?)`,
    bindings: [before],
  };
}
