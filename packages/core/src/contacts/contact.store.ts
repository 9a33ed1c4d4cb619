import {
  databaseKind,
  execute,
  idSet,
  insertAlike,
  recordset,
  select,
  selectOne,
  type Columns,
  type Row,
  type TypedValues,
} from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import type { Attributes, Contact, PageRange } from './contact.js';
import { searchTextOf } from './search-text.js';

interface ContactRow {
  account_id: string;
  id: string;
  phone: string;
  network: string | null;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  notes: string | null;
  locale: string | null;
  tags: string;
  attributes: string;
  active: number;
  opted_in_at: number | null;
  opted_out_at: number | null;
  created_at: number;
  updated_at: number;
}

/** The columns of a contact in a query that calls it `c`. An opt-out is kept once: with what a send asks. */
export const contactColumns = `c.account_id, c.id, c.phone, c.network, c.first_name, c.last_name, c.email, c.notes,
  c.locale, c.tags, CAST(c.attributes AS text) AS attributes, c.active, c.opted_in_at, c.created_at, c.updated_at,
  (SELECT s.created_at FROM sms_suppressions s WHERE s.account_id = c.account_id AND s.phone = c.phone) AS opted_out_at`;

const contactOf = (row: ContactRow): Contact => ({
  id: row.id,
  accountId: row.account_id,
  phone: row.phone,
  network: row.network,
  firstName: row.first_name,
  lastName: row.last_name,
  email: row.email,
  notes: row.notes,
  locale: row.locale,
  tags: JSON.parse(row.tags) as string[],
  attributes: JSON.parse(row.attributes) as Attributes,
  active: row.active === 1,
  optedInAt: row.opted_in_at,
  optedOutAt: row.opted_out_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Contacts of a query that selects {@link contactColumns}. */
export async function selectContacts(tx: Transaction, sql: string, bindings: readonly unknown[]): Promise<Contact[]> {
  return (await select<ContactRow>(tx, sql, bindings)).map(contactOf);
}

/** A contact as its row holds it: the opt-out is in another table. */
export type StoredContact = Omit<Contact, 'optedOutAt'>;

/** What differs between contacts that are made together. */
const written: Columns = {
  id: 'uuid',
  phone: 'text',
  network: 'text',
  first_name: 'text',
  last_name: 'text',
  email: 'text',
  notes: 'text',
  locale: 'text',
  tags: 'text',
  attributes: 'jsonb',
  active: 'integer',
  opted_in_at: 'bigint',
  search_text: 'text',
};

/** An absent value is one that the JSON of a million rows need not say. */
const rowOf = (contact: StoredContact): Row => ({
  id: contact.id,
  phone: contact.phone,
  network: contact.network ?? undefined,
  first_name: contact.firstName ?? undefined,
  last_name: contact.lastName ?? undefined,
  email: contact.email ?? undefined,
  notes: contact.notes ?? undefined,
  locale: contact.locale ?? undefined,
  tags: contact.tags.length === 0 ? '[]' : JSON.stringify(contact.tags),
  attributes: contact.attributes,
  active: Number(contact.active),
  opted_in_at: contact.optedInAt ?? undefined,
  search_text: searchTextOf(contact),
});

/** The name a commit is undone under when a number has become a contact meanwhile. */
export const phoneFree = 'contact_phone';

/** With more rows their JSON is one of V8's large objects, which outlive what they were made for: 30 MB in an import. */
const rowsAStatement = 500;

/** Inserts contacts of one account that are made at one time; undone when one of the numbers is there already. */
export function insertContacts(kind: Database['kind'], contacts: readonly StoredContact[]): Statement[] {
  const [first] = contacts;
  if (!first) return [];
  const alike: TypedValues = {
    account_id: ['uuid', first.accountId],
    created_at: ['bigint', first.createdAt],
    updated_at: ['bigint', first.updatedAt],
  };
  const onConflict = 'ON CONFLICT (account_id, phone) DO NOTHING';
  const statements: Statement[] = [];
  for (let from = 0; from < contacts.length; from += rowsAStatement) {
    const rows = contacts.slice(from, from + rowsAStatement).map(rowOf);
    const statement = insertAlike(kind, 'sms_contacts', alike, written, rows, onConflict);
    statements.push({ ...statement, expect: { rows: rows.length, name: phoneFree } });
  }
  return statements;
}

/** Writes contacts over those with their ids. */
export function rewriteContacts(kind: Database['kind'], contacts: readonly StoredContact[]): Statement[] {
  if (contacts.length === 0) return [];
  const columns: Columns = { account_id: 'uuid', updated_at: 'bigint', ...written };
  const rows = contacts.map((contact) => ({
    ...rowOf(contact),
    account_id: contact.accountId,
    updated_at: contact.updatedAt,
  }));
  const changed = recordset(kind, columns, rows);
  const names = ['updated_at', ...Object.keys(written).filter((name) => name !== 'id')];
  return [
    {
      sql: `UPDATE sms_contacts AS c SET ${names.map((name) => `${name} = j.${name}`).join(', ')}
            FROM ${changed.sql} WHERE c.account_id = j.account_id AND c.id = j.id`,
      bindings: [changed.json],
    },
  ];
}

/** On PostgreSQL, keeps others from changing the rows until the transaction is over; SQLite has one writer. */
const forChange = (tx: Transaction): string => (databaseKind(tx) === 'postgres' ? 'FOR UPDATE OF c' : '');

export async function findContact(
  tx: Transaction,
  accountId: string,
  by: { id: string } | { phone: string },
  { locked = false } = {},
): Promise<Contact | undefined> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['phone', by.phone];
  const [contact] = await selectContacts(
    tx,
    `SELECT ${contactColumns} FROM sms_contacts c WHERE c.account_id = ? AND c.${column} = ?
       ${locked ? forChange(tx) : ''}`,
    [accountId, value],
  );
  return contact;
}

// Crossed below, which makes SQLite begin with the numbers: it would rather look at each number for each contact.
const phoneSet = (tx: Transaction, phones: readonly string[]): { sql: string; json: string } =>
  recordset(
    databaseKind(tx),
    { phone: 'text' },
    phones.map((phone) => ({ phone })),
  );

/** The contacts with any of the numbers. */
export function contactsByPhone(
  tx: Transaction,
  accountId: string,
  phones: readonly string[],
  { locked = false } = {},
): Promise<Contact[]> {
  const wanted = phoneSet(tx, phones);
  return selectContacts(
    tx,
    `SELECT ${contactColumns} FROM ${wanted.sql} CROSS JOIN sms_contacts c WHERE c.account_id = ? AND c.phone = j.phone
       ${locked ? forChange(tx) : ''}`,
    [wanted.json, accountId],
  );
}

/** The contacts with any of the numbers, for changing them. */
export const contactsToChange = (tx: Transaction, accountId: string, phones: readonly string[]): Promise<Contact[]> =>
  contactsByPhone(tx, accountId, phones, { locked: true });

/** The ids of the contacts with any of the numbers; none of them can be deleted until the transaction is over. */
export async function keepContacts(tx: Transaction, accountId: string, phones: readonly string[]): Promise<string[]> {
  const wanted = phoneSet(tx, phones);
  const rows = await select<{ id: string }>(
    tx,
    `SELECT c.id FROM ${wanted.sql} CROSS JOIN sms_contacts c WHERE c.account_id = ? AND c.phone = j.phone
       ${databaseKind(tx) === 'postgres' ? 'FOR KEY SHARE OF c' : ''}`,
    [wanted.json, accountId],
  );
  return rows.map(({ id }) => id);
}

/** Takes a contact out of the contacts, and then out of its groups; false when it was not there. */
export async function deleteContact(tx: Transaction, accountId: string, id: string): Promise<boolean> {
  const found = await selectOne(tx, 'DELETE FROM sms_contacts WHERE account_id = ? AND id = ? RETURNING id', [
    accountId,
    id,
  ]);
  if (!found) return false;
  const left = await select<{ group_id: string }>(
    tx,
    'DELETE FROM sms_group_members WHERE contact_id = ? RETURNING group_id',
    [id],
  );
  const groups = idSet(
    databaseKind(tx),
    left.map(({ group_id: groupId }) => groupId),
  );
  await execute(tx, {
    sql: `UPDATE sms_groups SET contact_count = contact_count - 1
          WHERE account_id = ? AND id IN (SELECT id FROM ${groups.sql})`,
    bindings: [accountId, groups.json],
  });
  return true;
}

/** A page of an account's contacts, newest first, and how many there are. What is paged over is read in an index alone. */
export async function listContacts(
  tx: Transaction,
  accountId: string,
  page: PageRange,
): Promise<{ contacts: Contact[]; total: number }> {
  const contacts = await selectContacts(
    tx,
    `SELECT ${contactColumns} FROM (
       SELECT id FROM sms_contacts WHERE account_id = ? ORDER BY account_id DESC, id DESC LIMIT ? OFFSET ?
     ) AS p CROSS JOIN sms_contacts c WHERE c.account_id = ? AND c.id = p.id ORDER BY p.id DESC`,
    [accountId, page.limit, page.offset, accountId],
  );
  const count = await selectOne<{ n: number }>(tx, 'SELECT count(*) AS n FROM sms_contacts WHERE account_id = ?', [
    accountId,
  ]);
  return { contacts, total: count?.n ?? 0 };
}
