import { bumpVersion } from '../accounts/account.store.js';
import { databaseKind, idSet, recordset, select, selectOne, execute, type Columns } from '../database/statements.js';
import type { Transaction } from '../runtime.js';
import { withoutNumber, withoutPerson, type Erasure } from './erasure.js';

/*
 * All that names a person outside the contacts, in one place: what is kept of messages, of what was received, and of
 * what was told about both. Large tables are read stretch by stretch, because none has an index by number.
 */

const stretchLength = 5_000;

/**
 * Takes a contact out of every audience that is written down from here on. The new version of the account undoes the
 * messages that are being made of lists: they are made again, of what is left of the list by then.
 */
export async function leaveOut(
  tx: Transaction,
  { accountId, contactId }: { accountId: string; contactId: string },
): Promise<void> {
  await execute(tx, {
    sql: 'UPDATE sms_contacts SET active = 0 WHERE account_id = ? AND id = ?',
    bindings: [accountId, contactId],
  });
  await execute(tx, bumpVersion(accountId));
}

/** Messages to the number that no operator has yet. */
export async function pendingMessages(
  tx: Transaction,
  { accountId, phone }: Erasure,
  limit: number,
): Promise<string[]> {
  const rows = await select<{ id: string }>(
    tx,
    `SELECT id FROM sms_messages WHERE id IN (SELECT id FROM sms_messages WHERE recipient = ?) AND account_id = ?
       AND state IN ('scheduled', 'queued') LIMIT ?`,
    [phone, accountId, limit],
  );
  return rows.map(({ id }) => id);
}

/** Takes the person out of messages both ways. What they cost, and what became of them, stays. */
export async function eraseMessages(tx: Transaction, erasure: Erasure): Promise<void> {
  const { accountId, phone, pseudonym } = erasure;
  const kind = databaseKind(tx);
  const messages = await select<{ id: string }>(
    tx,
    `UPDATE sms_messages SET recipient = ?, body = '', client_ref = NULL, error_detail = NULL
      WHERE id IN (SELECT id FROM sms_messages WHERE recipient = ?) AND account_id = ?
        AND state NOT IN ('scheduled', 'queued') RETURNING id`,
    [pseudonym, phone, accountId],
  );
  const erased = idSet(
    kind,
    messages.map(({ id }) => id),
  );
  const ofErased = `message_id IN (SELECT id FROM ${erased.sql})`;
  await execute(tx, { sql: `UPDATE sms_disputes SET report = '' WHERE ${ofErased}`, bindings: [erased.json] });
  // With the SMPP submission goes what a receipt would repeat of it: none is told any more.
  await execute(tx, { sql: `DELETE FROM sms_esme_messages WHERE ${ofErased}`, bindings: [erased.json] });
  // Nor is a callback, which may show the number as the customer wrote it.
  await execute(tx, {
    sql: `DELETE FROM sms_callbacks WHERE subject_id IN (SELECT id FROM ${erased.sql})`,
    bindings: [erased.json],
  });
  await eraseQueued(tx, erasure);
  // A receipt that waits for its message names the number as JSON, where its operator echoes a reference of ours.
  await execute(tx, {
    sql: `UPDATE sms_orphan_reports SET report = replace(report, ?, ?)
           WHERE ${kind === 'postgres' ? 'strpos' : 'instr'}(report, ?) > 0`,
    bindings: [`"${phone}"`, `"${pseudonym}"`, `"${phone}"`],
  });
  await execute(tx, {
    sql: `UPDATE sms_inbound SET sender = ?, body = '' WHERE account_id = ? AND sender = ?`,
    bindings: [pseudonym, accountId, phone],
  });
}

/** Drops what waits to be told of messages that were erased, to ESMEs and to the callbacks of single messages. */
export async function eraseQueued(tx: Transaction, { accountId, phone, pseudonym }: Erasure): Promise<void> {
  const namesThem = `${databaseKind(tx) === 'postgres' ? 'strpos' : 'instr'}(body, ?) > 0`;
  await execute(tx, {
    sql: `DELETE FROM sms_esme_deliveries WHERE account_id = ? AND ${namesThem}`,
    bindings: [accountId, phone.slice(1)],
  });
  await execute(tx, {
    sql: `DELETE FROM sms_callback_deliveries WHERE account_id = ?
            AND (subject_id IN (SELECT id FROM sms_messages WHERE recipient = ?) OR ${namesThem})`,
    bindings: [accountId, pseudonym, phone.slice(1)],
  });
}

interface EventPlace {
  xid: number;
  seq: number;
}

/** Looks at a stretch of the account's events; answers where it ended, or null at the end. */
export async function eraseEvents(tx: Transaction, erasure: Erasure, after: EventPlace): Promise<EventPlace | null> {
  const kind = databaseKind(tx);
  const { accountId, phone } = erasure;
  const place = kind === 'postgres' ? '(xid, seq)' : 'seq';
  const marks = kind === 'postgres' ? '(?, ?)' : '?';
  const valuesOf = ({ xid, seq }: EventPlace): number[] => (kind === 'postgres' ? [xid, seq] : [seq]);
  const end = await selectOne<EventPlace>(
    tx,
    `SELECT xid, seq FROM sms_events WHERE account_id = ? AND ${place} > ${marks}
      ORDER BY ${kind === 'postgres' ? 'xid, seq' : 'seq'} LIMIT 1 OFFSET ?`,
    [accountId, ...valuesOf(after), stretchLength - 1],
  );
  const named = await select<EventPlace & { data: string }>(
    tx,
    `SELECT xid, seq, data FROM sms_events WHERE account_id = ? AND ${place} > ${marks}
       ${end ? `AND ${place} <= ${marks}` : ''} AND ${kind === 'postgres' ? 'strpos' : 'instr'}(data, ?) > 0`,
    [accountId, ...valuesOf(after), ...(end ? valuesOf(end) : []), `"${phone}"`],
  );
  if (named.length > 0) {
    const columns: Columns = { xid: 'bigint', seq: 'bigint', data: 'text' };
    const rows = named.map(({ xid, seq, data }) => ({ xid, seq, data: withoutPerson(data, erasure) }));
    const written = recordset(kind, columns, rows);
    await execute(tx, {
      sql: `UPDATE sms_events AS e SET data = j.data FROM ${written.sql} WHERE e.seq = j.seq AND e.xid = j.xid`,
      bindings: [written.json],
    });
  }
  return end ?? null;
}

/** Drops the lists that are being filled: who fills them may have read the person already, and is refused the next row. */
export async function dropUnfilledLists(tx: Transaction, accountId: string): Promise<void> {
  const dropped = await select<{ id: string }>(
    tx,
    `DELETE FROM sms_send_lists WHERE account_id = ? AND state = 'filling' RETURNING id`,
    [accountId],
  );
  const lists = idSet(
    databaseKind(tx),
    dropped.map(({ id }) => id),
  );
  await execute(tx, {
    sql: `DELETE FROM sms_send_list_rows WHERE list_id IN (SELECT id FROM ${lists.sql})`,
    bindings: [lists.json],
  });
}

/** A list of messages of which rows may be left. */
export interface ListPlace {
  id: string;
  rows: number;
}

export function listsOf(tx: Transaction, accountId: string): Promise<ListPlace[]> {
  return select<ListPlace>(
    tx,
    `SELECT id, row_count AS rows FROM sms_send_lists l WHERE account_id = ?
        AND EXISTS (SELECT 1 FROM sms_send_list_rows r WHERE r.list_id = l.id)`,
    [accountId],
  );
}

const rowsAtOnce = 50_000;

/**
 * Takes the person out of a stretch of a list that has not become messages; answers where it ended, or null at the end.
 * Messages that are being made of the list at that moment are waited for, and are then found among the messages.
 */
export async function eraseListRows(
  tx: Transaction,
  { phone }: Erasure,
  list: ListPlace,
  after: number,
): Promise<number | null> {
  await execute(tx, { sql: 'UPDATE sms_send_lists SET updated_at = updated_at WHERE id = ?', bindings: [list.id] });
  await execute(tx, {
    sql: 'DELETE FROM sms_send_list_rows WHERE list_id = ? AND place > ? AND place <= ? AND recipient = ?',
    bindings: [list.id, after, after + rowsAtOnce, phone],
  });
  return after + rowsAtOnce < list.rows ? after + rowsAtOnce : null;
}

/** Takes the number out of campaigns that name it, and of their plans. */
export async function eraseCampaignNumbers(tx: Transaction, { accountId, phone }: Erasure): Promise<void> {
  const find = databaseKind(tx) === 'postgres' ? 'strpos' : 'instr';
  const named = await select<{ id: string; audience: string; plan: string | null }>(
    tx,
    `SELECT id, audience, plan FROM sms_campaigns WHERE account_id = ?
        AND (${find}(audience, ?) > 0 OR ${find}(coalesce(plan, ''), ?) > 0)`,
    [accountId, `"${phone}"`, `"${phone}"`],
  );
  const columns: Columns = { id: 'uuid', audience: 'text', plan: 'text' };
  const rows = named.map(({ id, audience, plan }) => ({
    id,
    audience: withoutNumber(audience, phone),
    plan: plan === null ? null : withoutNumber(plan, phone),
  }));
  const written = recordset(databaseKind(tx), columns, rows);
  await execute(tx, {
    sql: `UPDATE sms_campaigns AS c SET audience = j.audience, plan = j.plan, revision = revision + 1
          FROM ${written.sql} WHERE c.account_id = ? AND c.id = j.id`,
    bindings: [written.json, accountId],
  });
}

/** The subscriptions of an account. */
export async function webhookIdsOf(tx: Transaction, accountId: string): Promise<string[]> {
  const rows = await select<{ id: string }>(tx, 'SELECT id FROM sms_webhooks WHERE account_id = ?', [accountId]);
  return rows.map(({ id }) => id);
}

/** Looks at a stretch of what went to a subscription; answers where it ended, or null at the end. */
export async function eraseDeliveries(
  tx: Transaction,
  erasure: Erasure,
  { webhookId, after }: { webhookId: string; after: string | null },
): Promise<string | null> {
  const kind = databaseKind(tx);
  const later = after === null ? '' : 'AND id > ?';
  const begin = [webhookId, ...(after === null ? [] : [after])];
  const end = await selectOne<{ id: string }>(
    tx,
    `SELECT id FROM sms_deliveries WHERE webhook_id = ? ${later} ORDER BY webhook_id, id LIMIT 1 OFFSET ?`,
    [...begin, stretchLength - 1],
  );
  const named = await select<{ id: string; body: string }>(
    tx,
    `SELECT id, body FROM sms_deliveries WHERE webhook_id = ? ${later} ${end ? 'AND id <= ?' : ''}
       AND ${kind === 'postgres' ? 'strpos' : 'instr'}(body, ?) > 0`,
    [...begin, ...(end ? [end.id] : []), `"${erasure.phone}"`],
  );
  if (named.length > 0) {
    const rows = named.map(({ id, body }) => ({ id, body: withoutPerson(body, erasure) }));
    const written = recordset(kind, { id: 'uuid', body: 'text' }, rows);
    await execute(tx, {
      sql: `UPDATE sms_deliveries AS d SET body = j.body FROM ${written.sql} WHERE d.id = j.id`,
      bindings: [written.json],
    });
    await execute(tx, {
      sql: `UPDATE sms_attempts SET response = NULL WHERE delivery_id IN (SELECT id FROM ${written.sql})`,
      bindings: [written.json],
    });
  }
  return end?.id ?? null;
}

/** The files an account has uploaded of which rows were refused. */
export async function uploadIdsOf(tx: Transaction, accountId: string): Promise<string[]> {
  const rows = await select<{ id: string }>(
    tx,
    `SELECT id FROM sms_contact_imports WHERE account_id = ? AND failed > 0
      UNION ALL SELECT id FROM sms_send_files WHERE account_id = ? AND rejected > 0`,
    [accountId, accountId],
  );
  return rows.map(({ id }) => id);
}

/** Leaves of the rows of a file that were refused with the number their place and the reason. */
export function eraseRowErrors(tx: Transaction, { phone }: Erasure, uploadId: string): Promise<void> {
  return execute(tx, {
    sql: `UPDATE sms_row_errors SET phone = NULL, cells = '[]' WHERE upload_id = ? AND phone = ?`,
    bindings: [uploadId, phone],
  });
}
