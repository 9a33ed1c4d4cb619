import { idSet, databaseKind, insertRows, select, selectOne, type Columns, type Row } from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import type { Callback, CallbackFormat } from './callback-format.js';
import type { DeliveryState } from './webhook.js';

/** Stores a format under its id, once: what an id stands for never changes. */
export function keepFormat(id: string, format: CallbackFormat): Statement {
  return {
    sql: 'INSERT INTO sms_callback_formats (id, format) VALUES (?, ?) ON CONFLICT (id) DO NOTHING',
    bindings: [id, JSON.stringify(format)],
  };
}

export async function allFormats(tx: Transaction): Promise<Map<string, CallbackFormat>> {
  const rows = await select<{ id: string; format: string }>(tx, 'SELECT id, format FROM sms_callback_formats');
  return new Map(rows.map(({ id, format }) => [id, JSON.parse(format) as CallbackFormat]));
}

/** Where callbacks are kept, for the commit that accepts their messages. */
export const callbackTable = 'sms_callbacks';
export const callbackColumns: Columns = {
  subject_id: 'uuid',
  account_id: 'uuid',
  url: 'text',
  format_id: 'text',
  fields: 'text',
  token_id: 'uuid',
  created_at: 'bigint',
};

export const callbackRow = (callback: Callback, nowMs: number): Row => ({
  subject_id: callback.subjectId,
  account_id: callback.accountId,
  url: callback.url,
  format_id: callback.formatId,
  fields: JSON.stringify(callback.fields),
  token_id: callback.tokenId,
  created_at: nowMs,
});

/** Whether anybody is called back. */
export async function hasCallbacks(tx: Transaction): Promise<boolean> {
  return (await selectOne(tx, 'SELECT 1 FROM sms_callbacks ORDER BY subject_id LIMIT 1')) !== undefined;
}

/** The callbacks of messages and batches. */
export async function callbacksOf(tx: Transaction, subjectIds: readonly string[]): Promise<Map<string, Callback>> {
  const wanted = idSet(databaseKind(tx), subjectIds);
  const rows = await select<{
    subject_id: string;
    account_id: string;
    url: string;
    format_id: string;
    fields: string;
    token_id: string | null;
  }>(tx, `SELECT c.* FROM ${wanted.sql} JOIN sms_callbacks c ON c.subject_id = j.id`, [wanted.json]);
  return new Map(
    rows.map((row) => [
      row.subject_id,
      {
        subjectId: row.subject_id,
        accountId: row.account_id,
        url: row.url,
        formatId: row.format_id,
        fields: JSON.parse(row.fields) as Callback['fields'],
        tokenId: row.token_id,
      },
    ]),
  );
}

export interface NewCallbackDelivery {
  id: string;
  subjectId: string;
  accountId: string;
  eventId: string;
  body: string;
  at: number;
}

/** One delivery for each event and callback, however often an event is read. */
export function insertCallbackDeliveries(
  kind: Database['kind'],
  deliveries: readonly NewCallbackDelivery[],
): Statement[] {
  if (deliveries.length === 0) return [];
  const columns: Columns = {
    id: 'uuid',
    subject_id: 'uuid',
    account_id: 'uuid',
    event_id: 'uuid',
    body: 'text',
    state: 'text',
    next_at: 'bigint',
    created_at: 'bigint',
  };
  const rows = deliveries.map(({ id, subjectId, accountId, eventId, body, at }) => ({
    id,
    subject_id: subjectId,
    account_id: accountId,
    event_id: eventId,
    body,
    state: 'pending',
    next_at: at,
    created_at: at,
  }));
  const once = 'ON CONFLICT (event_id, subject_id) DO NOTHING';
  return [insertRows(kind, 'sms_callback_deliveries', columns, rows, once)];
}

export interface ClaimedCallback {
  id: string;
  accountId: string;
  body: string;
  attempts: number;
  url: string;
  formatId: string;
  /** The sealed key of the customer, when there is one. */
  sealedKey: string | null;
}

/** Hands due callbacks to this process, the oldest first, and none of accounts that have enough under way. */
export async function claimCallbacks(
  tx: Transaction,
  claim: { workerId: string; nowMs: number; limit: number; except: readonly string[] },
): Promise<ClaimedCallback[]> {
  const stepOver = databaseKind(tx) === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';
  const others = claim.except.length === 0 ? '' : `AND account_id NOT IN (${claim.except.map(() => '?').join(', ')})`;
  const claimed = await select<{ id: string; subject_id: string; account_id: string; body: string; attempts: number }>(
    tx,
    `UPDATE sms_callback_deliveries SET worker_id = ? WHERE id IN (
       SELECT id FROM sms_callback_deliveries WHERE next_at IS NOT NULL AND worker_id IS NULL AND next_at <= ? ${others}
        ORDER BY next_at LIMIT ? ${stepOver}
     ) RETURNING id, subject_id, account_id, body, attempts`,
    [claim.workerId, claim.nowMs, ...claim.except, claim.limit],
  );
  if (claimed.length === 0) return [];
  const subjects = idSet(
    databaseKind(tx),
    claimed.map(({ subject_id: id }) => id),
  );
  const callbacks = await select<{ subject_id: string; url: string; format_id: string; sealed: string | null }>(
    tx,
    `SELECT DISTINCT c.subject_id, c.url, c.format_id, t.sealed FROM ${subjects.sql}
       JOIN sms_callbacks c ON c.subject_id = j.id LEFT JOIN sms_tokens t ON t.id = c.token_id`,
    [subjects.json],
  );
  const bySubject = new Map(callbacks.map((row) => [row.subject_id, row]));
  return claimed.flatMap((row) => {
    const callback = bySubject.get(row.subject_id);
    if (!callback) return [];
    const { url, format_id: formatId, sealed: sealedKey } = callback;
    return [
      { id: row.id, accountId: row.account_id, body: row.body, attempts: row.attempts, url, formatId, sealedKey },
    ];
  });
}

/** What an attempt makes of a callback. */
export function recordCallbackAttempt(change: {
  id: string;
  workerId: string;
  state: DeliveryState;
  nextAt: number | null;
  doneAt: number | null;
  /** How many there have been, this one included. */
  attempt: number;
  /** What was answered; null when nothing was. */
  status: number | null;
  error: string | null;
}): Statement[] {
  return [
    {
      sql: `UPDATE sms_callback_deliveries SET state = ?, attempts = ?, next_at = ?, done_at = ?, last_status = ?,
              last_error = ?, worker_id = NULL WHERE id = ? AND worker_id = ?`,
      bindings: [
        ...[change.state, change.attempt, change.nextAt, change.doneAt, change.status, change.error],
        ...[change.id, change.workerId],
      ],
    },
  ];
}

export async function callbacksClaimedBy(tx: Transaction, workerId: string): Promise<string[]> {
  const rows = await select<{ id: string }>(tx, 'SELECT id FROM sms_callback_deliveries WHERE worker_id = ?', [
    workerId,
  ]);
  return rows.map(({ id }) => id);
}

/** Gives claimed callbacks back untried. */
export function returnCallbacks(kind: Database['kind'], ids: readonly string[], workerId: string): Statement {
  const returned = idSet(kind, ids);
  return {
    sql: `UPDATE sms_callback_deliveries SET worker_id = NULL
          WHERE id IN (SELECT id FROM ${returned.sql}) AND worker_id = ?`,
    bindings: [returned.json, workerId],
  };
}

/** Frees the callbacks of processes that died. */
export function freeAbandonedCallbacks(nowMs: number): Statement {
  return {
    sql: `UPDATE sms_callback_deliveries SET worker_id = NULL WHERE worker_id IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM sms_workers w WHERE w.id = sms_callback_deliveries.worker_id AND w.expires_at > ?)`,
    bindings: [nowMs],
  };
}

/** Takes out deliveries that ended long ago, and callbacks whose messages did; a part of housekeeping. */
export function forgetCallbacks(endedBefore: number, createdBefore: number): Statement[] {
  return [
    { sql: 'DELETE FROM sms_callback_deliveries WHERE done_at < ?', bindings: [endedBefore] },
    { sql: 'DELETE FROM sms_callbacks WHERE created_at < ?', bindings: [createdBefore] },
  ];
}
