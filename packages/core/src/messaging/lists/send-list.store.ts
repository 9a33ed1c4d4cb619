import { insertRows, select, selectOne, type Columns } from '../../database/statements.js';
import { laneNames, lanes } from '../../queue/job.js';
import { heldBackUntil } from '../../queue/job.store.js';
import type { Database, Statement, Transaction } from '../../runtime.js';
import type { Encoding } from '../../text/alphabet.js';
import type { ListRow, SendList, SendListState } from './send-list.js';

/** The name a commit is undone under when a list is no longer as it was read. */
export const sameList = 'send_list';

interface SendListRow {
  id: string;
  account_id: string;
  campaign_id: string | null;
  file_id: string | null;
  state: SendListState;
  sender: string;
  body: string | null;
  lane: number;
  validity_ms: number;
  segments_per_second: number | null;
  row_count: number;
  segments: number;
  cost: number;
  position: number;
  messages: number;
  next_at: number | null;
  created_at: number;
  updated_at: number;
  expanded_at: number | null;
  ended_at: number | null;
}

const listOf = (row: SendListRow): SendList => ({
  id: row.id,
  accountId: row.account_id,
  owner: row.campaign_id === null ? { kind: 'file', id: row.file_id ?? '' } : { kind: 'campaign', id: row.campaign_id },
  state: row.state,
  sender: row.sender,
  text: row.body,
  lane: laneNames[row.lane] ?? 'promotional',
  validityMs: row.validity_ms,
  segmentsPerSecond: row.segments_per_second,
  rows: row.row_count,
  segments: row.segments,
  cost: row.cost,
  position: row.position,
  messages: row.messages,
  nextAt: row.next_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  expandedAt: row.expanded_at,
  endedAt: row.ended_at,
});

/** Opens a list that has no rows yet. */
export function insertList(list: SendList): Statement {
  const { owner } = list;
  return {
    sql: `INSERT INTO sms_send_lists (id, account_id, campaign_id, file_id, state, sender, body, lane, validity_ms,
            segments_per_second, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      list.id,
      list.accountId,
      owner.kind === 'campaign' ? owner.id : null,
      owner.kind === 'file' ? owner.id : null,
      list.state,
      list.sender,
      list.text,
      lanes[list.lane],
      list.validityMs,
      list.segmentsPerSecond,
      list.createdAt,
      list.updatedAt,
    ],
  };
}

const rowColumns: Columns = {
  list_id: 'uuid',
  place: 'integer',
  recipient: 'text',
  body: 'text',
  encoding: 'text',
  segments: 'integer',
  cost: 'bigint',
  client_ref: 'text',
};

/** Adds rows to a list that is being filled, behind those it had when it was read. */
export function addListRows(
  kind: Database['kind'],
  list: Pick<SendList, 'id' | 'rows'>,
  rows: readonly ListRow[],
  nowMs: number,
): Statement[] {
  return [
    {
      sql: `UPDATE sms_send_lists SET row_count = row_count + ?, segments = segments + ?, cost = cost + ?, updated_at = ?
            WHERE id = ? AND state = 'filling' AND row_count = ?`,
      bindings: [
        rows.length,
        rows.reduce((sum, { segments }) => sum + segments, 0),
        rows.reduce((sum, { cost }) => sum + cost, 0),
        nowMs,
        list.id,
        list.rows,
      ],
      expect: { rows: 1, name: sameList },
    },
    insertRows(
      kind,
      'sms_send_list_rows',
      rowColumns,
      rows.map((row) => ({
        list_id: list.id,
        place: row.place,
        recipient: row.recipient,
        body: row.text,
        encoding: row.encoding,
        segments: row.segments,
        cost: row.cost,
        client_ref: row.clientRef,
      })),
    ),
  ];
}

/** Moves a list from one of some states to another; undone when it is in none of them. */
export function changeListState(
  id: string,
  from: readonly SendListState[],
  change: { state: SendListState; at: number; nextAt?: number | null; endedAt?: number },
): Statement {
  return {
    sql: `UPDATE sms_send_lists SET state = ?, updated_at = ?, next_at = coalesce(?, next_at), ended_at = coalesce(?, ended_at)
          WHERE id = ? AND state IN (${from.map(() => '?').join(', ')})`,
    bindings: [change.state, change.at, change.nextAt ?? null, change.endedAt ?? null, id, ...from],
    expect: { rows: 1, name: sameList },
  };
}

/** Moves a list on behind the rows that were dealt with; undone when it was moved, paused or cancelled meanwhile. */
export function moveList(
  { id, position }: Pick<SendList, 'id' | 'position'>,
  to: { position: number; messages: number; nextAt: number; at: number },
): Statement {
  return {
    sql: `UPDATE sms_send_lists SET position = ?, messages = messages + ?, next_at = ?, updated_at = ?
          WHERE id = ? AND state = 'sending' AND position = ?`,
    bindings: [to.position, to.messages, to.nextAt, to.at, id, position],
    expect: { rows: 1, name: sameList },
  };
}

/** Notes that no row is left behind the place at which a list was read. */
export function markExpanded({ id, position }: Pick<SendList, 'id' | 'position'>, nowMs: number): Statement {
  return {
    sql: `UPDATE sms_send_lists SET expanded_at = ?, updated_at = ?
          WHERE id = ? AND state = 'sending' AND position = ? AND expanded_at IS NULL`,
    bindings: [nowMs, nowMs, id, position],
    expect: { rows: 1, name: sameList },
  };
}

/** Ends a list whose messages have all left the queue. */
export function completeList(id: string, nowMs: number): Statement {
  return {
    sql: `UPDATE sms_send_lists SET state = 'completed', updated_at = ?, ended_at = ?
          WHERE id = ? AND state = 'sending' AND expanded_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM sms_jobs WHERE list_id = ?)`,
    bindings: [nowMs, nowMs, id, id],
    expect: { rows: 1, name: sameList },
  };
}

export async function findList(tx: Transaction, id: string): Promise<SendList | undefined> {
  const row = await selectOne<SendListRow>(tx, 'SELECT * FROM sms_send_lists WHERE id = ?', [id]);
  return row && listOf(row);
}

/** The list a campaign or a file is being sent from: the only one of its owner's for which credit was ever held. */
export async function listBeingSent(tx: Transaction, owner: SendList['owner']): Promise<SendList | undefined> {
  const row = await selectOne<SendListRow>(
    tx,
    `SELECT * FROM sms_send_lists WHERE ${owner.kind}_id = ? AND state IN ('waiting', 'sending', 'paused', 'completed', 'cancelled')
      ORDER BY id DESC LIMIT 1`,
    [owner.id],
  );
  return row && listOf(row);
}

/** The lists that may go on, those that have waited longest first; behind one of them, if it is given. */
export async function dueLists(
  tx: Transaction,
  nowMs: number,
  limit: number,
  after?: Pick<SendList, 'id' | 'nextAt'>,
): Promise<SendList[]> {
  const rows = await select<SendListRow>(
    tx,
    `SELECT * FROM sms_send_lists WHERE state IN ('waiting', 'sending') AND next_at <= ?
        ${after ? 'AND (next_at, id) > (?, ?)' : ''} ORDER BY next_at, id LIMIT ?`,
    [nowMs, ...(after ? [after.nextAt, after.id] : []), limit],
  );
  return rows.map(listOf);
}

interface StoredListRow {
  place: number;
  recipient: string;
  body: string | null;
  encoding: Encoding;
  segments: number;
  cost: number;
  client_ref: string | null;
}

/**
 * The next rows of a list behind a place, none only if there are no more. Places follow each other, but for those of
 * people who were erased: so where they end is known, and PostgreSQL need not sort a list that it has no statistics of.
 */
export async function rowsAfter(tx: Transaction, listId: string, place: number, limit: number): Promise<ListRow[]> {
  const next = (upTo: string, ...more: number[]): Promise<StoredListRow[]> =>
    select<StoredListRow>(
      tx,
      `SELECT place, recipient, body, encoding, segments, cost, client_ref FROM sms_send_list_rows
        WHERE list_id = ? AND place > ? ${upTo} ORDER BY place LIMIT ?`,
      [listId, place, ...more, limit],
    );
  const close = await next('AND place <= ?', place + limit);
  const rows = close.length > 0 ? close : await next('');
  return rows.map(({ body, client_ref: clientRef, ...row }) => ({ ...row, text: body, clientRef }));
}

/**
 * The lists that were stopped and are not at rest: a commit beside it left jobs that could be claimed, or whoever
 * cancelled it died before everything was given back.
 */
export function unrestedLists(tx: Transaction): Promise<{ id: string; state: 'paused' | 'cancelled' }[]> {
  return select(
    tx,
    `SELECT DISTINCT l.id, l.state FROM sms_jobs q JOIN sms_send_lists l ON l.id = q.list_id
      WHERE q.list_id IS NOT NULL AND q.worker_id IS NULL
        AND (l.state = 'cancelled' OR (l.state = 'paused' AND (q.run_at IS NULL OR q.run_at <> ?)))
     UNION
     SELECT l.id, l.state FROM sms_reservations r JOIN sms_send_lists l ON l.id = r.subject_id
      WHERE r.closed_at IS NULL AND l.state = 'cancelled'`,
    [heldBackUntil],
  );
}

/** What the rows of a list come to, by the first digits of their numbers: as many as a price can go by. */
export function listSums(
  tx: Transaction,
  listId: string,
): Promise<{ prefix: string; segments: number; cost: number }[]> {
  return select(
    tx,
    `SELECT substr(recipient, 1, 8) AS prefix, CAST(sum(segments) AS bigint) AS segments,
            CAST(sum(cost) AS bigint) AS cost FROM sms_send_list_rows WHERE list_id = ? GROUP BY substr(recipient, 1, 8)`,
    [listId],
  );
}

/** A list whose rows nobody needs any more: it is over, or was not sent and has not moved since a time. */
export async function forgettableList(tx: Transaction, unsentSince: number): Promise<SendList | undefined> {
  const row = await selectOne<SendListRow>(
    tx,
    `SELECT * FROM sms_send_lists l WHERE (l.state IN ('filling', 'ready') AND l.updated_at < ?)
        OR (l.state IN ('completed', 'cancelled') AND EXISTS (SELECT 1 FROM sms_send_list_rows r WHERE r.list_id = l.id))
      LIMIT 1`,
    [unsentSince],
  );
  return row && listOf(row);
}

/** Deletes the rows of a list up to a place. */
export function deleteListRows(listId: string, place: number): Statement {
  return { sql: 'DELETE FROM sms_send_list_rows WHERE list_id = ? AND place <= ?', bindings: [listId, place] };
}

export function deleteList(id: string, state: SendListState): Statement {
  return { sql: 'DELETE FROM sms_send_lists WHERE id = ? AND state = ?', bindings: [id, state] };
}
