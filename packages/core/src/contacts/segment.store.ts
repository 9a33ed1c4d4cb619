import { select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { PageRange } from './contact.js';
import { foldedText } from '../text/folded-text.js';
import type { ContactSegment } from './segment.js';

interface SegmentRow {
  account_id: string;
  id: string;
  name: string;
  description: string | null;
  rule: string;
  created_at: number;
  updated_at: number;
}

const segmentOf = (row: SegmentRow): ContactSegment => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  description: row.description,
  rule: JSON.parse(row.rule) as object,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Inserts a segment; undone when its name is taken. */
export function insertSegment(segment: ContactSegment): Statement {
  return {
    sql: `INSERT INTO sms_contact_segments (account_id, id, name, name_key, description, rule, created_at, updated_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      segment.accountId,
      segment.id,
      segment.name,
      foldedText(segment.name),
      segment.description,
      JSON.stringify(segment.rule),
      segment.createdAt,
      segment.updatedAt,
    ],
  };
}

/** Writes a segment over the one with its id; undone when the name is taken. */
export function rewriteSegment(segment: ContactSegment): Statement {
  const { name, description, rule, updatedAt, accountId, id } = segment;
  return {
    sql: `UPDATE sms_contact_segments SET name = ?, name_key = ?, description = ?, rule = ?, updated_at = ?
          WHERE account_id = ? AND id = ?`,
    bindings: [name, foldedText(name), description, JSON.stringify(rule), updatedAt, accountId, id],
  };
}

export async function findSegment(tx: Transaction, accountId: string, id: string): Promise<ContactSegment | undefined> {
  const row = await selectOne<SegmentRow>(tx, 'SELECT * FROM sms_contact_segments WHERE account_id = ? AND id = ?', [
    accountId,
    id,
  ]);
  return row && segmentOf(row);
}

export async function listSegments(
  tx: Transaction,
  accountId: string,
  { limit, offset }: PageRange,
): Promise<{ segments: ContactSegment[]; total: number }> {
  const rows = await select<SegmentRow>(
    tx,
    'SELECT * FROM sms_contact_segments WHERE account_id = ? ORDER BY name_key LIMIT ? OFFSET ?',
    [accountId, limit, offset],
  );
  return { segments: rows.map(segmentOf), total: await countSegments(tx, accountId) };
}

export async function countSegments(tx: Transaction, accountId: string): Promise<number> {
  const row = await selectOne<{ n: number }>(
    tx,
    'SELECT count(*) AS n FROM sms_contact_segments WHERE account_id = ?',
    [accountId],
  );
  return row?.n ?? 0;
}

export function deleteSegment(accountId: string, id: string): Statement {
  return { sql: 'DELETE FROM sms_contact_segments WHERE account_id = ? AND id = ?', bindings: [accountId, id] };
}
