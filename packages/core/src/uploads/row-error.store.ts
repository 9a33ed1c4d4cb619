import { insertRows, select, type Columns } from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';

/** A row of an uploaded file that was refused. */
export interface RowError {
  /** As the spreadsheet counts, from 1. */
  row: number;
  /** In E.164, where it could be read. */
  phone: string | null;
  code: string;
  reason: string;
  /** As they stand in the file; long rows are cut. */
  cells: (string | null)[];
}

const columns: Columns = {
  upload_id: 'uuid',
  row_number: 'integer',
  phone: 'text',
  code: 'text',
  reason: 'text',
  cells: 'text',
};

/** What is kept of the cells of a row, in characters. */
const longestCells = 2_000;

export function insertRowErrors(kind: Database['kind'], uploadId: string, errors: readonly RowError[]): Statement[] {
  if (errors.length === 0) return [];
  const rows = errors.map(({ row, phone, code, reason, cells }) => ({
    upload_id: uploadId,
    row_number: row,
    phone,
    code,
    reason,
    cells: JSON.stringify(cutCells(cells)),
  }));
  return [insertRows(kind, 'sms_row_errors', columns, rows)];
}

/** The cells up to a length; what a database cannot store is left out. */
export function cutCells(cells: readonly (string | null)[]): (string | null)[] {
  let room = longestCells;
  const kept: (string | null)[] = [];
  for (const cell of cells) {
    if (room <= 0) return [...kept, '…'];
    const text = cell?.replace(/[\0\p{Cs}]/gu, '') ?? null;
    kept.push(text === null || text.length <= room ? text : `${text.slice(0, room).replace(/\p{Cs}$/u, '')}…`);
    room -= (text?.length ?? 0) + 1;
  }
  return kept;
}

/** The errors after a row, in the order of rows. */
export async function rowErrorsAfter(
  tx: Transaction,
  uploadId: string,
  afterRow: number,
  limit: number,
): Promise<RowError[]> {
  const rows = await select<Omit<RowError, 'row' | 'cells'> & { row_number: number; cells: string }>(
    tx,
    `SELECT row_number, phone, code, reason, cells FROM sms_row_errors WHERE upload_id = ? AND row_number > ?
      ORDER BY upload_id, row_number LIMIT ?`,
    [uploadId, afterRow, limit],
  );
  return rows.map(({ row_number: row, phone, code, reason, cells }) => ({
    row,
    phone,
    code,
    reason,
    cells: JSON.parse(cells) as RowError['cells'],
  }));
}
