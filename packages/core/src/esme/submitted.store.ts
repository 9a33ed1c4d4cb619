import {
  databaseKind,
  idSet,
  isAmong,
  recordset,
  select,
  selectOne,
  type Columns,
  type Row,
} from '../database/statements.js';
import { firstIdAt } from '../ids.js';
import type { AttachedRows } from '../messaging/attached.store.js';
import type { Statement, Transaction } from '../runtime.js';
import type { EsmePart, EsmeTell } from './esme.js';

/** Takes a block of ids; answers the first id after it. */
export async function reserveIds(tx: Transaction, count: number): Promise<number> {
  const row = await selectOne<{ taken_to: number }>(
    tx,
    'UPDATE sms_esme_ids SET taken_to = taken_to + ? WHERE id = 1 RETURNING taken_to',
    [count],
  );
  if (!row) throw new Error('The table of SMPP ids has lost its row.');
  return row.taken_to;
}

/** Which message a submission became, and how its sender is told of its end. */
export interface Submitted {
  id: number;
  messageId: string;
  accountId: string;
  tell: EsmeTell;
  session: string;
  workerId: string;
  envelope: string;
  submittedAt: number;
}

const submittedColumns: Columns = {
  id: 'bigint',
  message_id: 'uuid',
  account_id: 'uuid',
  tell: 'text',
  session: 'text',
  worker_id: 'uuid',
  envelope: 'text',
  submitted_at: 'bigint',
};

export const submittedRows = (submitted: readonly Submitted[]): AttachedRows => ({
  table: 'sms_esme_messages',
  columns: submittedColumns,
  rows: submitted.map((one) => ({
    id: one.id,
    message_id: one.messageId,
    account_id: one.accountId,
    tell: one.tell,
    session: one.session,
    worker_id: one.workerId,
    envelope: one.envelope,
    submitted_at: one.submittedAt,
  })),
});

interface SubmittedRow {
  id: number;
  message_id: string;
  account_id: string;
  tell: EsmeTell;
  session: string;
  worker_id: string;
  envelope: string;
  submitted_at: number;
}

const submittedOf = (row: SubmittedRow): Submitted => ({
  id: row.id,
  messageId: row.message_id,
  accountId: row.account_id,
  tell: row.tell,
  session: row.session,
  workerId: row.worker_id,
  envelope: row.envelope,
  submittedAt: row.submitted_at,
});

/** What was submitted under an id; several for a submission to several numbers. */
export async function findSubmitted(tx: Transaction, accountId: string, id: number): Promise<Submitted[]> {
  const rows = await select<SubmittedRow>(
    tx,
    'SELECT * FROM sms_esme_messages WHERE id = ? AND account_id = ? ORDER BY message_id',
    [id, accountId],
  );
  return rows.map(submittedOf);
}

/** The submissions that became any of the messages. */
export async function submissionsOf(tx: Transaction, messageIds: readonly string[]): Promise<Submitted[]> {
  const kind = databaseKind(tx);
  const wanted = idSet(kind, messageIds);
  const rows = await select<SubmittedRow>(
    tx,
    `SELECT * FROM sms_esme_messages WHERE message_id ${isAmong(kind, `SELECT id FROM ${wanted.sql}`)} ORDER BY id`,
    [wanted.json],
  );
  return rows.map(submittedOf);
}

/** Messages submitted to a number under a sender, and before another, that may still be pending. */
export async function pendingTo(
  tx: Transaction,
  of: {
    accountId: string;
    recipient: string;
    sender: string | undefined;
    before?: Pick<Submitted, 'id' | 'submittedAt'>;
    limit: number;
  },
): Promise<string[]> {
  const { accountId, recipient, sender, before, limit } = of;
  const rows = await select<{ id: string }>(
    tx,
    `SELECT DISTINCT m.id FROM sms_messages m JOIN sms_esme_messages s ON s.message_id = m.id
      WHERE m.account_id = ? AND m.id ${isAmong(databaseKind(tx), 'SELECT id FROM sms_messages WHERE recipient = ?')}
        AND m.state IN ('scheduled', 'queued')
        ${sender === undefined ? '' : 'AND m.sender = ?'}
        ${before === undefined ? '' : 'AND (s.submitted_at < ? OR (s.submitted_at = ? AND s.id < ?))'} LIMIT ?`,
    [
      accountId,
      recipient,
      ...(sender === undefined ? [] : [sender]),
      ...(before === undefined ? [] : [before.submittedAt, before.submittedAt, before.id]),
      limit,
    ],
  );
  return rows.map(({ id }) => id);
}

/** Points a submission at the message that was put in its message's place. */
export function repoint(
  submitted: Submitted,
  change: { messageId: string; tell: EsmeTell; envelope: string },
): Statement {
  return {
    sql: 'UPDATE sms_esme_messages SET message_id = ?, tell = ?, envelope = ? WHERE id = ? AND message_id = ?',
    bindings: [change.messageId, change.tell, change.envelope, submitted.id, submitted.messageId],
    expect: { rows: 1, name: 'submission' },
  };
}

/** A part of a long message that waits for the others. */
export interface WaitingPart {
  id: number;
  /** The subject of the hold on its credit. */
  holdId: string;
  accountId: string;
  key: string;
  number: number;
  total: number;
  cost: number;
  text: string;
  /** How it was submitted, as JSON. */
  submission: string;
  workerId: string;
  receivedAt: number;
}

interface PartRow {
  id: number;
  hold_id: string;
  account_id: string;
  part_key: string;
  number: number;
  total: number;
  cost: number;
  body: string;
  submission: string;
  worker_id: string;
  received_at: number;
}

const partColumns: Columns = {
  id: 'bigint',
  hold_id: 'uuid',
  account_id: 'uuid',
  part_key: 'text',
  number: 'integer',
  total: 'integer',
  cost: 'bigint',
  body: 'text',
  submission: 'text',
  worker_id: 'uuid',
  received_at: 'bigint',
};

const partOf = (row: PartRow): WaitingPart => ({
  id: row.id,
  holdId: row.hold_id,
  accountId: row.account_id,
  key: row.part_key,
  number: row.number,
  total: row.total,
  cost: row.cost,
  text: JSON.parse(row.body) as string,
  submission: row.submission,
  workerId: row.worker_id,
  receivedAt: row.received_at,
});

/** Parts belong together when they are from one sender to one number with one reference and one total. */
export const partKeyOf = (to: string, senderId: string | undefined, { reference, total }: EsmePart): string =>
  JSON.stringify([to, senderId ?? '', reference, total]);

export const partRows = (parts: readonly WaitingPart[]): AttachedRows => ({
  table: 'sms_esme_parts',
  columns: partColumns,
  rows: parts.map((part): Row => ({
    id: part.id,
    hold_id: part.holdId,
    account_id: part.accountId,
    part_key: part.key,
    number: part.number,
    total: part.total,
    cost: part.cost,
    // As JSON: a part may begin or end with half a character, which no database stores as it is.
    body: JSON.stringify(part.text),
    submission: part.submission,
    worker_id: part.workerId,
    received_at: part.receivedAt,
  })),
});

/** The parts of one long message that have come, in the order they came. */
export async function partsOf(tx: Transaction, accountId: string, key: string): Promise<WaitingPart[]> {
  const rows = await select<PartRow>(
    tx,
    'SELECT * FROM sms_esme_parts WHERE account_id = ? AND part_key = ? ORDER BY received_at, id',
    [accountId, key],
  );
  return rows.map(partOf);
}

export async function findPart(tx: Transaction, accountId: string, id: number): Promise<WaitingPart | undefined> {
  const row = await selectOne<PartRow>(tx, 'SELECT * FROM sms_esme_parts WHERE id = ? AND account_id = ?', [
    id,
    accountId,
  ]);
  return row && partOf(row);
}

/** Long messages of which some part came before a time and that are still not whole, by at most so many parts, the oldest first. */
export function oldPartKeys(
  tx: Transaction,
  before: number,
  limit: number,
): Promise<{ account_id: string; part_key: string }[]> {
  return select(
    tx,
    `SELECT DISTINCT account_id, part_key FROM (
       SELECT account_id, part_key FROM sms_esme_parts WHERE received_at < ? ORDER BY received_at LIMIT ?) p`,
    [before, limit],
  );
}

/** Takes parts away; undone when another process has them already. */
export function takeParts(kind: 'sqlite' | 'postgres', ids: readonly number[]): Statement {
  const taken = recordset(
    kind,
    { id: 'bigint' },
    ids.map((id) => ({ id })),
  );
  return {
    sql: `DELETE FROM sms_esme_parts WHERE id ${isAmong(kind, `SELECT id FROM ${taken.sql}`)}`,
    bindings: [taken.json],
    expect: { rows: ids.length, name: partsTaken },
  };
}

/** The name a commit is undone under when another process has joined the parts. */
export const partsTaken = 'parts';

export async function countParts(tx: Transaction): Promise<number> {
  return (await selectOne<{ n: number }>(tx, 'SELECT count(*) AS n FROM sms_esme_parts'))?.n ?? 0;
}

/**
 * Takes out submissions of long ago; a part of housekeeping. The ids of their messages tell the time as well, and unlike
 * the time have an index.
 */
export function forgetSubmitted(before: number): Statement {
  return {
    sql: 'DELETE FROM sms_esme_messages WHERE message_id < ? AND submitted_at < ?',
    bindings: [firstIdAt(before), before],
  };
}
