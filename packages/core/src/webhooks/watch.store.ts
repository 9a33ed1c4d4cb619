import { databaseKind, idSet, insertRows, select, selectOne } from '../database/statements.js';
import type { MessageState } from '../events.js';
import type { Message } from '../messaging/message.js';
import { messageOf, type MessageRow } from '../messaging/message.store.js';
import type { Payment, PaymentState } from '../payments/payment.js';
import { paymentOf, type PaymentRow } from '../payments/payment.store.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import { forgetWebhooks } from './webhook.store.js';

/** What can be waited for, and the states it goes through. */
interface Awaitable {
  messages: MessageState;
  payments: PaymentState;
}

/**
 * The account's own among what is named, held as it is until the transaction ends: what is settled meanwhile is announced
 * after the watch is there to hear of it.
 */
export function holdOwn<Kind extends keyof Awaitable>(
  tx: Transaction,
  what: Kind,
  accountId: string,
  ids: readonly string[],
): Promise<{ id: string; state: Awaitable[Kind] }[]> {
  const kind = databaseKind(tx);
  const wanted = idSet(kind, ids);
  return select(
    tx,
    `SELECT id, state FROM sms_${what} WHERE account_id = ? AND id IN (SELECT id FROM ${wanted.sql})
      ${kind === 'postgres' ? 'FOR SHARE' : ''}`,
    [accountId, wanted.json],
  );
}

/** Messages and payments stand in one column, called after what came first: their ids are told apart by their tables. */
export function insertWatched(
  kind: Database['kind'],
  watchId: string,
  watched: readonly { id: string; isSettled: boolean }[],
): Statement {
  return insertRows(
    kind,
    'sms_watched',
    { watch_id: 'uuid', place: 'integer', message_id: 'uuid', settled: 'integer' },
    watched.map(({ id, isSettled }, place) => ({
      watch_id: watchId,
      place,
      message_id: id,
      settled: isSettled ? 1 : 0,
    })),
  );
}

/** A watch's messages as they are now, in the order they were given. */
export async function watchedMessages(tx: Transaction, accountId: string, watchId: string): Promise<Message[]> {
  const rows = await select<MessageRow>(
    tx,
    `SELECT m.* FROM sms_watched w JOIN sms_messages m ON m.account_id = ? AND m.id = w.message_id
      WHERE w.watch_id = ? ORDER BY w.place`,
    [accountId, watchId],
  );
  return rows.map(messageOf);
}

/** The same of its payments. */
export async function watchedPayments(tx: Transaction, accountId: string, watchId: string): Promise<Payment[]> {
  const rows = await select<PaymentRow>(
    tx,
    `SELECT p.* FROM sms_watched w JOIN sms_payments p ON p.account_id = ? AND p.id = w.message_id
      WHERE w.watch_id = ? ORDER BY w.place`,
    [accountId, watchId],
  );
  return rows.map(paymentOf);
}

export async function countWatches(tx: Transaction, accountId: string): Promise<number> {
  const row = await selectOne<{ n: number }>(
    tx,
    'SELECT count(*) AS n FROM sms_webhooks WHERE account_id = ? AND ends_at IS NOT NULL',
    [accountId],
  );
  return row?.n ?? 0;
}

/** Whether a watch waits for anything. */
export async function awaitsAny(tx: Transaction): Promise<boolean> {
  const first = 'SELECT 1 FROM sms_watched WHERE settled = 0 ORDER BY message_id LIMIT 1';
  return (await selectOne(tx, first)) !== undefined;
}

/** Which of the messages and payments a watch waits for. */
export async function awaitedAmong(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const settled = idSet(databaseKind(tx), ids);
  const rows = await select<{ message_id: string }>(
    tx,
    `SELECT DISTINCT message_id FROM sms_watched
      WHERE settled = 0 AND message_id IN (SELECT id FROM ${settled.sql})`,
    [settled.json],
  );
  return rows.map(({ message_id: id }) => id);
}

/** Notes that messages and payments are settled, and makes due what the watches have to tell that wait for no other. */
export function settleWatched(kind: Database['kind'], ids: readonly string[], nowMs: number): Statement[] {
  if (ids.length === 0) return [];
  const settled = idSet(kind, ids);
  const among = `IN (SELECT id FROM ${settled.sql})`;
  return [
    {
      sql: `UPDATE sms_deliveries SET next_at = ?
            WHERE next_at > ? AND attempts = 0 AND worker_id IS NULL
              AND webhook_id IN (SELECT watch_id FROM sms_watched WHERE settled = 0 AND message_id ${among})
              AND NOT EXISTS (SELECT 1 FROM sms_watched w WHERE w.watch_id = sms_deliveries.webhook_id
                               AND w.settled = 0 AND w.message_id NOT ${among})`,
      bindings: [nowMs, nowMs, settled.json, settled.json],
    },
    { sql: `UPDATE sms_watched SET settled = 1 WHERE settled = 0 AND message_id ${among}`, bindings: [settled.json] },
  ];
}

/** Takes out a watch of an account. */
export function deleteWatch(accountId: string, watchId: string): Statement[] {
  return forget('SELECT id FROM sms_webhooks WHERE account_id = ? AND id = ? AND ends_at IS NOT NULL', [
    accountId,
    watchId,
  ]);
}

/** Takes out watches that ended before a time and have nothing more to tell; a part of housekeeping. */
export function forgetWatches(before: number): Statement[] {
  return forget(
    `SELECT w.id FROM sms_webhooks w WHERE w.ends_at IS NOT NULL
       AND ((w.state = 'disabled' AND w.updated_at < ?)
            OR NOT EXISTS (SELECT 1 FROM sms_deliveries d WHERE d.webhook_id = w.id
                            AND (d.next_at IS NOT NULL OR d.done_at >= ?)))`,
    [before, before],
  );
}

/** The watched rows first: the others are what tells which they are. */
function forget(which: string, bindings: readonly (string | number)[]): Statement[] {
  const watched = { sql: `DELETE FROM sms_watched WHERE watch_id IN (${which})`, bindings: [...bindings] };
  const [attempts, deliveries, webhooks] = forgetWebhooks(which, bindings);
  return [watched, attempts, deliveries, webhooks].filter((statement) => statement !== undefined);
}
