import { databaseKind, idSet, insertRows, recordset, select, selectOne, type Columns } from '../database/statements.js';
import type { SmsErrorCode } from '../errors.js';
import type { MessageState } from '../events.js';
import type { HoldState } from '../ledger/transfer.js';
import { laneNames, lanes } from '../queue/job.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import type { Encoding } from '../text/alphabet.js';
import { historyEntry, parseHistory, type Message, type Transition } from './message.js';

const insertColumns: Columns = {
  account_id: 'uuid',
  id: 'uuid',
  recipient: 'text',
  sender: 'text',
  body: 'text',
  encoding: 'text',
  segments: 'integer',
  cost: 'bigint',
  lane: 'integer',
  route: 'text',
  state: 'text',
  hold_state: 'text',
  client_ref: 'text',
  resend_of: 'uuid',
  batch_id: 'uuid',
  campaign_id: 'uuid',
  file_id: 'uuid',
  scheduled_at: 'bigint',
  expires_at: 'bigint',
  created_at: 'bigint',
  history: 'text',
};

export function insertMessages(kind: Database['kind'], messages: readonly Message[]): Statement {
  return insertRows(
    kind,
    'sms_messages',
    insertColumns,
    messages.map((message) => ({
      account_id: message.accountId,
      id: message.id,
      recipient: message.recipient,
      sender: message.sender,
      body: message.text,
      encoding: message.encoding,
      segments: message.segments,
      cost: message.cost,
      lane: lanes[message.lane],
      route: message.route,
      state: message.state,
      hold_state: message.holdState,
      client_ref: message.clientRef,
      resend_of: message.resendOf,
      batch_id: message.batchId,
      campaign_id: message.campaignId,
      file_id: message.fileId,
      scheduled_at: message.scheduledAt,
      expires_at: message.expiresAt,
      created_at: message.createdAt,
      history: message.history.map(historyEntry).join(','),
    })),
  );
}

export interface MessageRow {
  account_id: string;
  id: string;
  recipient: string;
  sender: string;
  body: string;
  encoding: Encoding;
  segments: number;
  cost: number;
  lane: number;
  route: string;
  state: MessageState;
  hold_state: HoldState;
  segments_delivered: number;
  segments_failed: number;
  receipts_due: number | null;
  watch_until: number | null;
  error_code: SmsErrorCode | null;
  error_detail: string | null;
  upstream_error: string | null;
  client_ref: string | null;
  resend_of: string | null;
  batch_id: string | null;
  campaign_id: string | null;
  file_id: string | null;
  scheduled_at: number | null;
  expires_at: number;
  created_at: number;
  submitted_at: number | null;
  final_at: number | null;
  history: string;
}

export const messageOf = (row: MessageRow): Message => ({
  id: row.id,
  accountId: row.account_id,
  recipient: row.recipient,
  sender: row.sender,
  text: row.body,
  encoding: row.encoding,
  segments: row.segments,
  cost: row.cost,
  lane: laneNames[row.lane] ?? 'transactional',
  route: row.route,
  state: row.state,
  holdState: row.hold_state,
  errorCode: row.error_code,
  errorDetail: row.error_detail,
  upstreamError: row.upstream_error,
  clientRef: row.client_ref,
  resendOf: row.resend_of,
  batchId: row.batch_id,
  campaignId: row.campaign_id,
  fileId: row.file_id,
  scheduledAt: row.scheduled_at,
  expiresAt: row.expires_at,
  createdAt: row.created_at,
  submittedAt: row.submitted_at,
  finalAt: row.final_at,
  history: parseHistory(row.history),
});

/** A message's step forward, with what must still hold for it to be taken. */
export interface StateChange {
  accountId: string;
  messageId: string;
  /** The message as it was read: another step in between undoes the commit. */
  from: { state: MessageState; segmentsDelivered: number; segmentsFailed: number };
  to: MessageState;
  holdState: HoldState;
  segmentsDelivered: number;
  segmentsFailed: number;
  receiptsDue: number | null;
  errorCode: SmsErrorCode | null;
  errorDetail: string | null;
  upstreamError: string | null;
  submittedAt: number | null;
  finalAt: number | null;
  /** Until when a receipt is waited for; null when none is. */
  watchUntil: number | null;
  transition: Transition | null;
}

const changeColumns: Columns = {
  account_id: 'uuid',
  id: 'uuid',
  from_state: 'text',
  from_delivered: 'integer',
  from_failed: 'integer',
  state: 'text',
  hold_state: 'text',
  delivered: 'integer',
  failed: 'integer',
  receipts_due: 'integer',
  error_code: 'text',
  error_detail: 'text',
  upstream_error: 'text',
  submitted_at: 'bigint',
  final_at: 'bigint',
  watch_until: 'bigint',
  entry: 'text',
};

/** The name a commit is undone under when a message has moved since it was read. */
export const unmoved = 'messages';

export function changeStates(kind: Database['kind'], changes: readonly StateChange[]): Statement[] {
  if (changes.length === 0) return [];
  const rows = changes.map((change) => ({
    account_id: change.accountId,
    id: change.messageId,
    from_state: change.from.state,
    from_delivered: change.from.segmentsDelivered,
    from_failed: change.from.segmentsFailed,
    state: change.to,
    hold_state: change.holdState,
    delivered: change.segmentsDelivered,
    failed: change.segmentsFailed,
    receipts_due: change.receiptsDue,
    error_code: change.errorCode,
    error_detail: change.errorDetail,
    upstream_error: change.upstreamError,
    submitted_at: change.submittedAt,
    final_at: change.finalAt,
    watch_until: change.watchUntil,
    entry: change.transition ? `,${historyEntry(change.transition)}` : '',
  }));
  const changed = recordset(kind, changeColumns, rows);
  return [
    {
      sql: `UPDATE sms_messages AS m SET state = j.state, hold_state = j.hold_state, segments_delivered = j.delivered,
              segments_failed = j.failed, receipts_due = coalesce(j.receipts_due, m.receipts_due),
              error_code = j.error_code, error_detail = j.error_detail, upstream_error = j.upstream_error,
              submitted_at = coalesce(m.submitted_at, j.submitted_at), final_at = j.final_at,
              watch_until = j.watch_until, history = m.history || j.entry
            FROM ${changed.sql}
            WHERE m.account_id = j.account_id AND m.id = j.id AND m.state = j.from_state
              AND m.segments_delivered = j.from_delivered AND m.segments_failed = j.from_failed`,
      bindings: [changed.json],
      expect: { rows: rows.length, name: unmoved },
    },
  ];
}

export async function findMessage(tx: Transaction, accountId: string, id: string): Promise<Message | undefined> {
  const row = await selectOne<MessageRow>(tx, 'SELECT * FROM sms_messages WHERE account_id = ? AND id = ?', [
    accountId,
    id,
  ]);
  return row && messageOf(row);
}

/** What events leave out of messages, by their ids. */
export async function contentsOf(
  tx: Transaction,
  messages: readonly { accountId: string; id: string }[],
): Promise<Map<string, { text: string; cost: number }>> {
  const wanted = recordset(
    databaseKind(tx),
    { account_id: 'uuid', id: 'uuid' },
    messages.map(({ accountId, id }) => ({ account_id: accountId, id })),
  );
  const rows = await select<{ id: string; body: string; cost: number }>(
    tx,
    `SELECT m.id, m.body, m.cost FROM ${wanted.sql}
       JOIN sms_messages m ON m.account_id = j.account_id AND m.id = j.id`,
    [wanted.json],
  );
  return new Map(rows.map(({ id, body, cost }) => [id, { text: body, cost }]));
}

/** Messages of an account by their ids. */
export async function findMessages(tx: Transaction, accountId: string, ids: readonly string[]): Promise<Message[]> {
  const wanted = idSet(databaseKind(tx), ids);
  const rows = await select<MessageRow>(
    tx,
    `SELECT m.* FROM ${wanted.sql} JOIN sms_messages m ON m.account_id = ? AND m.id = j.id`,
    [wanted.json, accountId],
  );
  return rows.map(messageOf);
}

/** Messages whose receipt is overdue. */
export function overdueMessages(tx: Transaction, nowMs: number, limit: number): Promise<MessageRow[]> {
  return select<MessageRow>(
    tx,
    `SELECT * FROM sms_messages WHERE watch_until IS NOT NULL AND watch_until <= ? ORDER BY watch_until LIMIT ?`,
    [nowMs, limit],
  );
}

export interface MessageFilter {
  recipient?: string | undefined;
  states?: readonly MessageState[] | undefined;
  clientRef?: string | undefined;
  batchId?: string | undefined;
  sender?: string | undefined;
  campaignId?: string | undefined;
  fileId?: string | undefined;
  createdAfter?: number | undefined;
  createdBefore?: number | undefined;
}

/** A page of an account's messages, newest first, and how many there are in all. */
export async function listMessages(
  tx: Transaction,
  accountId: string,
  filter: MessageFilter,
  page: { limit: number; offset: number },
): Promise<{ messages: Message[]; total: number }> {
  const conditions = ['account_id = ?'];
  const bindings: unknown[] = [accountId];
  const where = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    bindings.push(...values);
  };
  // As a list of ids, because without statistics SQLite would rather walk through all messages of the account.
  if (filter.recipient !== undefined) {
    where('id IN (SELECT id FROM sms_messages WHERE recipient = ?)', filter.recipient);
  }
  // PostgreSQL does not read an empty list.
  if (filter.states?.length === 0) where('1 = 0');
  else if (filter.states) where(`state IN (${filter.states.map(() => '?').join(', ')})`, ...filter.states);
  if (filter.clientRef !== undefined) where('client_ref = ?', filter.clientRef);
  if (filter.batchId !== undefined) where('batch_id = ?', filter.batchId);
  if (filter.sender !== undefined) where('sender = ?', filter.sender);
  if (filter.campaignId !== undefined) where('campaign_id = ?', filter.campaignId);
  if (filter.fileId !== undefined) where('file_id = ?', filter.fileId);
  if (filter.createdAfter !== undefined) where('created_at >= ?', filter.createdAfter);
  if (filter.createdBefore !== undefined) where('created_at < ?', filter.createdBefore);
  const condition = conditions.join(' AND ');
  // Ids sort by the time they were made.
  const rows = await select<MessageRow>(
    tx,
    `SELECT * FROM sms_messages WHERE ${condition} ORDER BY id DESC LIMIT ? OFFSET ?`,
    [...bindings, page.limit, page.offset],
  );
  const count = await selectOne<{ total: number }>(
    tx,
    `SELECT count(*) AS total FROM sms_messages WHERE ${condition}`,
    bindings,
  );
  return { messages: rows.map(messageOf), total: count?.total ?? 0 };
}
