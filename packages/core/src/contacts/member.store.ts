import { databaseKind, execute, idSet, insertAlike, select, type TypedValues } from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import type { Contact, PageRange } from './contact.js';
import { contactColumns, selectContacts } from './contact.store.js';
import type { Group } from './group.js';

type Of = Pick<Group, 'accountId' | 'id'>;

/** Adds contacts to a group, which the transaction has locked; answers how many were not in it yet. */
export async function addMembers(
  tx: Transaction,
  group: Of,
  contactIds: readonly string[],
  nowMs: number,
): Promise<number> {
  const added = idSet(databaseKind(tx), contactIds);
  const rows = await select(
    tx,
    `INSERT INTO sms_group_members (group_id, contact_id, added_at)
     SELECT CAST(? AS ${uuidType(tx)}), id, CAST(? AS bigint) FROM ${added.sql} WHERE true
     ON CONFLICT (group_id, contact_id) DO NOTHING RETURNING 1 AS added`,
    [group.id, nowMs, added.json],
  );
  await recount(tx, group, rows.length);
  return rows.length;
}

/** The name a commit is undone under when a group is not there any more. */
export const groupThere = 'contact_group';

/** Adds contacts to a group that are made in the same commit, so that none of them can be in it yet. */
export function addNewMembers(
  kind: Database['kind'],
  group: Of,
  contactIds: readonly string[],
  nowMs: number,
): Statement[] {
  const alike: TypedValues = { group_id: ['uuid', group.id], added_at: ['bigint', nowMs] };
  const rows = contactIds.map((id) => ({ contact_id: id }));
  return [
    {
      sql: 'UPDATE sms_groups SET contact_count = contact_count + ? WHERE account_id = ? AND id = ?',
      bindings: [contactIds.length, group.accountId, group.id],
      expect: { rows: 1, name: groupThere },
    },
    insertAlike(kind, 'sms_group_members', alike, { contact_id: 'uuid' }, rows),
  ];
}

// What stands in a select list has no column to take its type from.
const uuidType = (tx: Transaction): string => (databaseKind(tx) === 'postgres' ? 'uuid' : 'text');

/** Takes the contact with a number out of a group, which the transaction has locked; false when it is not in it. */
export async function removeMember(tx: Transaction, group: Of, phone: string): Promise<boolean> {
  const removed = await select(
    tx,
    `DELETE FROM sms_group_members WHERE group_id = ?
       AND contact_id = (SELECT id FROM sms_contacts WHERE account_id = ? AND phone = ?) RETURNING contact_id`,
    [group.id, group.accountId, phone],
  );
  await recount(tx, group, -removed.length);
  return removed.length > 0;
}

/** Takes so many out of a group, whichever; answers how many there were. */
export async function removeMembers(tx: Transaction, group: Of, limit: number): Promise<number> {
  const removed = await select(
    tx,
    `DELETE FROM sms_group_members WHERE group_id = ? AND contact_id IN
       (SELECT contact_id FROM sms_group_members WHERE group_id = ? LIMIT ?) RETURNING 1 AS removed`,
    [group.id, group.id, limit],
  );
  await recount(tx, group, -removed.length);
  return removed.length;
}

function recount(tx: Transaction, { accountId, id }: Of, change: number): Promise<void> {
  return execute(tx, {
    sql: 'UPDATE sms_groups SET contact_count = contact_count + ? WHERE account_id = ? AND id = ?',
    bindings: [change, accountId, id],
  });
}

// Crossed, so that SQLite begins with the few members and not with all contacts of the account.
const theirContacts = 'CROSS JOIN sms_contacts c WHERE c.account_id = ? AND c.id = m.contact_id';

export function listMembers(tx: Transaction, group: Of, { limit, offset }: PageRange): Promise<Contact[]> {
  return selectContacts(
    tx,
    `SELECT ${contactColumns} FROM (
       SELECT contact_id FROM sms_group_members WHERE group_id = ? ORDER BY contact_id DESC LIMIT ? OFFSET ?
     ) AS m ${theirContacts} ORDER BY m.contact_id DESC`,
    [group.id, limit, offset, group.accountId],
  );
}

/** The members after an id, in the order of ids. */
export function membersAfter(tx: Transaction, group: Of, after: string | null, limit: number): Promise<Contact[]> {
  return selectContacts(
    tx,
    `SELECT ${contactColumns} FROM (
       SELECT contact_id FROM sms_group_members WHERE group_id = ? ${after === null ? '' : 'AND contact_id > ?'}
        ORDER BY contact_id LIMIT ?
     ) AS m ${theirContacts} ORDER BY m.contact_id`,
    [group.id, ...(after === null ? [] : [after]), limit, group.accountId],
  );
}

/** Which of the groups an account does not have. */
export async function missingGroups(tx: Transaction, accountId: string, ids: readonly string[]): Promise<string[]> {
  const wanted = idSet(databaseKind(tx), ids);
  const rows = await select<{ id: string }>(
    tx,
    `SELECT j.id FROM ${wanted.sql} WHERE NOT EXISTS
       (SELECT 1 FROM sms_groups g WHERE g.account_id = ? AND g.id = j.id)`,
    [wanted.json, accountId],
  );
  return rows.map(({ id }) => id);
}

/** What holds for the contacts in a group, asked of one contact at a time however large the group. */
export const isMember =
  'coalesce((SELECT 1 FROM sms_group_members g WHERE g.group_id = ? AND g.contact_id = c.id), 0) = 1';
