import { databaseKind, idSet, insertRows, select, type Columns } from '../../database/statements.js';
import type { Database, Statement, Transaction } from '../../runtime.js';
import type { SendProgress } from './send-progress.js';

interface ProgressRow {
  id: string;
  submitted: number;
  delivered: number;
  failed: number;
  cancelled: number;
  recent: string;
  rate: number | null;
  measured_at: number;
  measured: number;
  told_at: number;
}

const progressOf = (row: ProgressRow): SendProgress => ({
  submitted: row.submitted,
  delivered: row.delivered,
  failed: row.failed,
  cancelled: row.cancelled,
  recent: row.recent,
  rate: row.rate,
  measuredAt: row.measured_at,
  measured: row.measured,
  toldAt: row.told_at,
});

/** What was counted of campaigns and files; those of which nothing was counted are absent. */
export async function findProgress(tx: Transaction, ids: readonly string[]): Promise<Map<string, SendProgress>> {
  const wanted = idSet(databaseKind(tx), ids);
  const rows = await select<ProgressRow>(tx, `SELECT p.* FROM ${wanted.sql} JOIN sms_send_progress p ON p.id = j.id`, [
    wanted.json,
  ]);
  return new Map(rows.map((row) => [row.id, progressOf(row)]));
}

const columns: Columns = {
  id: 'uuid',
  submitted: 'integer',
  delivered: 'integer',
  failed: 'integer',
  cancelled: 'integer',
  recent: 'text',
  rate: 'integer',
  measured_at: 'bigint',
  measured: 'integer',
  told_at: 'bigint',
};

/** Writes what was counted, over what was there. Only the one reader that counts may do so. */
export function writeProgress(kind: Database['kind'], progress: ReadonlyMap<string, SendProgress>): Statement[] {
  if (progress.size === 0) return [];
  const rows = [...progress].map(([id, { measuredAt, toldAt, ...counted }]) => ({
    id,
    ...counted,
    measured_at: measuredAt,
    told_at: toldAt,
  }));
  const changes = Object.keys(columns)
    .filter((name) => name !== 'id')
    .map((name) => `${name} = excluded.${name}`);
  return [insertRows(kind, 'sms_send_progress', columns, rows, `ON CONFLICT (id) DO UPDATE SET ${changes.join(', ')}`)];
}
