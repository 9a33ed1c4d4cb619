import { databaseKind, select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { PageRange } from './contact.js';
import { foldedText } from '../text/folded-text.js';
import type { Group } from './group.js';

interface GroupRow {
  account_id: string;
  id: string;
  name: string;
  description: string | null;
  contact_count: number;
  created_at: number;
  updated_at: number;
}

const columns = 'account_id, id, name, description, contact_count, created_at, updated_at';

const groupOf = (row: GroupRow): Group => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  description: row.description,
  contactCount: row.contact_count,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Inserts a group; undone when its name is taken. */
export function insertGroup(group: Group): Statement {
  return {
    sql: `INSERT INTO sms_groups (account_id, id, name, name_key, description, created_at, updated_at)
          VALUES (?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      group.accountId,
      group.id,
      group.name,
      foldedText(group.name),
      group.description,
      group.createdAt,
      group.updatedAt,
    ],
  };
}

/** Writes what a customer changed of a group; undone when the name is taken. */
export function changeGroup(
  { accountId, id }: Pick<Group, 'accountId' | 'id'>,
  changes: { name?: string; description?: string | null },
  nowMs: number,
): Statement {
  const { name, description } = changes;
  return {
    sql: `UPDATE sms_groups SET updated_at = ? ${name === undefined ? '' : ', name = ?, name_key = ?'}
            ${description === undefined ? '' : ', description = ?'} WHERE account_id = ? AND id = ?`,
    bindings: [
      nowMs,
      ...(name === undefined ? [] : [name, foldedText(name)]),
      ...(description === undefined ? [] : [description]),
      accountId,
      id,
    ],
  };
}

/** @param how.locked keeps everybody else from changing the group until the transaction is over */
export async function findGroup(
  tx: Transaction,
  accountId: string,
  id: string,
  { locked = false } = {},
): Promise<Group | undefined> {
  const lock = locked && databaseKind(tx) === 'postgres' ? 'FOR UPDATE' : '';
  const row = await selectOne<GroupRow>(
    tx,
    `SELECT ${columns} FROM sms_groups WHERE account_id = ? AND id = ? ${lock}`,
    [accountId, id],
  );
  return row && groupOf(row);
}

export async function listGroups(
  tx: Transaction,
  accountId: string,
  { limit, offset }: PageRange,
): Promise<{ groups: Group[]; total: number }> {
  const rows = await select<GroupRow>(
    tx,
    `SELECT ${columns} FROM sms_groups WHERE account_id = ? ORDER BY name_key LIMIT ? OFFSET ?`,
    [accountId, limit, offset],
  );
  return { groups: rows.map(groupOf), total: await countGroups(tx, accountId) };
}

export async function countGroups(tx: Transaction, accountId: string): Promise<number> {
  const row = await selectOne<{ n: number }>(tx, 'SELECT count(*) AS n FROM sms_groups WHERE account_id = ?', [
    accountId,
  ]);
  return row?.n ?? 0;
}

export function deleteGroup(accountId: string, id: string): Statement {
  return { sql: 'DELETE FROM sms_groups WHERE account_id = ? AND id = ?', bindings: [accountId, id] };
}
