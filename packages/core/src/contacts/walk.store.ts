import { select, selectOne } from '../database/statements.js';
import type { Transaction } from '../runtime.js';
import type { Contact } from './contact.js';
import { contactColumns, selectContacts } from './contact.store.js';

/** What holds for a contact, in SQL that calls it `c`. */
export interface Condition {
  sql: string;
  bindings: readonly unknown[];
}

/** A stretch of an account's contacts by id: after `from`, up to and including `to`; open where there is no end. */
export interface Stretch {
  accountId: string;
  from: string | null;
  to: string | null;
}

const within = ({ accountId, from, to }: Stretch, { sql, bindings }: Condition): Condition => ({
  sql: `c.account_id = ? ${from === null ? '' : 'AND c.id > ?'} ${to === null ? '' : 'AND c.id <= ?'} AND (${sql})`,
  bindings: [accountId, ...(from === null ? [] : [from]), ...(to === null ? [] : [to]), ...bindings],
});

/** The id that many contacts further on; null when there are not so many left. */
export async function idFurtherOn(
  tx: Transaction,
  accountId: string,
  from: string | null,
  count: number,
): Promise<string | null> {
  const row = await selectOne<{ id: string }>(
    tx,
    `SELECT id FROM sms_contacts WHERE account_id = ? ${from === null ? '' : 'AND id > ?'}
      ORDER BY account_id, id LIMIT 1 OFFSET ?`,
    [accountId, ...(from === null ? [] : [from]), count - 1],
  );
  return row?.id ?? null;
}

/** The id that many contacts further back, before `to` and itself out of the stretch; null when none are left there. */
export async function idFurtherBack(
  tx: Transaction,
  accountId: string,
  to: string | null,
  count: number,
): Promise<string | null> {
  const row = await selectOne<{ id: string }>(
    tx,
    `SELECT id FROM sms_contacts WHERE account_id = ? ${to === null ? '' : 'AND id <= ?'}
      ORDER BY account_id DESC, id DESC LIMIT 1 OFFSET ?`,
    [accountId, ...(to === null ? [] : [to]), count],
  );
  return row?.id ?? null;
}

export async function countMatches(tx: Transaction, stretch: Stretch, condition: Condition): Promise<number> {
  const { sql, bindings } = within(stretch, condition);
  const [row] = await select<{ n: number }>(tx, `SELECT count(*) AS n FROM sms_contacts c WHERE ${sql}`, bindings);
  return row?.n ?? 0;
}

/** The matches of a stretch; a page of them newest first, or all of them oldest first. */
export function matches(
  tx: Transaction,
  stretch: Stretch,
  condition: Condition,
  page?: { limit: number; offset: number },
): Promise<Contact[]> {
  const { sql, bindings } = within(stretch, condition);
  const order = page ? 'ORDER BY c.id DESC LIMIT ? OFFSET ?' : 'ORDER BY c.id';
  return selectContacts(tx, `SELECT ${contactColumns} FROM sms_contacts c WHERE ${sql} ${order}`, [
    ...bindings,
    ...(page ? [page.limit, page.offset] : []),
  ]);
}
