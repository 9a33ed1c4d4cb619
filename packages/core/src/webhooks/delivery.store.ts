import { databaseKind, idSet, insertRows, select, selectOne } from '../database/statements.js';
import type { EventType } from '../events.js';
import { groupBy } from '../group-by.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import type { Attempt, Delivery, DeliveryState } from './webhook.js';

/** What a watch tells; no event, because nobody else hears it. */
export const watchEnded = 'watch.ended';

export interface NewDelivery {
  id: string;
  webhookId: string;
  accountId: string;
  eventId: string;
  eventType: EventType | typeof watchEnded;
  body: string;
  at: number;
  /** When it is due; at once unless given. */
  dueAt?: number;
}

export function insertDeliveries(kind: Database['kind'], deliveries: readonly NewDelivery[]): Statement[] {
  if (deliveries.length === 0) return [];
  return [
    insertRows(
      kind,
      'sms_deliveries',
      {
        id: 'uuid',
        webhook_id: 'uuid',
        account_id: 'uuid',
        event_id: 'uuid',
        event_type: 'text',
        body: 'text',
        state: 'text',
        next_at: 'bigint',
        created_at: 'bigint',
      },
      deliveries.map((delivery) => ({
        id: delivery.id,
        webhook_id: delivery.webhookId,
        account_id: delivery.accountId,
        event_id: delivery.eventId,
        event_type: delivery.eventType,
        body: delivery.body,
        state: 'pending',
        next_at: delivery.dueAt ?? delivery.at,
        created_at: delivery.at,
      })),
    ),
  ];
}

interface DeliveryRow {
  id: string;
  webhook_id: string;
  event_id: string;
  event_type: EventType;
  body: string;
  state: DeliveryState;
  attempts: number;
  next_at: number | null;
  last_status: number | null;
  last_error: string | null;
  created_at: number;
  done_at: number | null;
}

export interface ClaimedDelivery {
  id: string;
  webhookId: string;
  eventId: string;
  body: string;
  attempts: number;
  createdAt: number;
}

/**
 * Hands an endpoint's due deliveries to this process, the oldest first. Whether the endpoint is paused is asked again:
 * an attempt that was under way when it was read as due may have failed since.
 */
export async function claimDeliveries(
  tx: Transaction,
  claim: { webhookId: string; workerId: string; nowMs: number; limit: number },
): Promise<ClaimedDelivery[]> {
  const stepOver = databaseKind(tx) === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';
  const rows = await select<DeliveryRow>(
    tx,
    `UPDATE sms_deliveries SET worker_id = ? WHERE id IN (
       SELECT id FROM sms_deliveries
        WHERE webhook_id = ? AND next_at IS NOT NULL AND worker_id IS NULL AND next_at <= ?
          AND EXISTS (SELECT 1 FROM sms_webhooks w WHERE w.id = ? AND w.state = 'active'
                       AND (w.paused_until IS NULL OR w.paused_until <= ?))
        ORDER BY next_at LIMIT ? ${stepOver}
     ) RETURNING id, webhook_id, event_id, body, attempts, created_at`,
    [claim.workerId, claim.webhookId, claim.nowMs, claim.webhookId, claim.nowMs, claim.limit],
  );
  return rows
    .map((row) => ({
      id: row.id,
      webhookId: row.webhook_id,
      eventId: row.event_id,
      body: row.body,
      attempts: row.attempts,
      createdAt: row.created_at,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What an attempt makes of a delivery. */
export interface DeliveryChange {
  id: string;
  workerId: string;
  state: DeliveryState;
  nextAt: number | null;
  doneAt: number | null;
  attempt: Attempt;
}

export function recordAttempt(change: DeliveryChange): Statement[] {
  const { attempt } = change;
  return [
    {
      sql: `UPDATE sms_deliveries SET state = ?, attempts = ?, next_at = ?, done_at = ?, last_status = ?,
              last_error = ?, worker_id = NULL WHERE id = ? AND worker_id = ?`,
      bindings: [
        change.state,
        attempt.attempt,
        change.nextAt,
        change.doneAt,
        attempt.status,
        attempt.error,
        change.id,
        change.workerId,
      ],
    },
    {
      sql: `INSERT INTO sms_attempts (delivery_id, attempt, at, status, error, response, duration_ms)
            SELECT id, ?, ?, ?, ?, ?, ? FROM sms_deliveries WHERE id = ? ON CONFLICT (delivery_id, attempt) DO NOTHING`,
      bindings: [
        attempt.attempt,
        attempt.at,
        attempt.status,
        attempt.error,
        attempt.response,
        attempt.durationMs,
        change.id,
      ],
    },
  ];
}

export async function deliveriesClaimedBy(tx: Transaction, workerId: string): Promise<string[]> {
  const rows = await select<{ id: string }>(tx, 'SELECT id FROM sms_deliveries WHERE worker_id = ?', [workerId]);
  return rows.map(({ id }) => id);
}

/** Gives claimed deliveries back untried. */
export function returnDeliveries(kind: Database['kind'], ids: readonly string[], workerId: string): Statement {
  const returned = idSet(kind, ids);
  return {
    sql: `UPDATE sms_deliveries SET worker_id = NULL
          WHERE id IN (SELECT id FROM ${returned.sql}) AND worker_id = ?`,
    bindings: [returned.json, workerId],
  };
}

/** Frees the deliveries of processes that died. Trying one again is safe: receivers know it by its id. */
export function freeAbandonedDeliveries(nowMs: number): Statement {
  return {
    sql: `UPDATE sms_deliveries SET worker_id = NULL WHERE worker_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM sms_workers w WHERE w.id = sms_deliveries.worker_id AND w.expires_at > ?)`,
    bindings: [nowMs],
  };
}

export async function listDeliveries(
  tx: Transaction,
  webhookId: string,
  page: { limit: number; offset: number },
): Promise<{ deliveries: Delivery[]; total: number }> {
  const rows = await select<DeliveryRow>(
    tx,
    'SELECT * FROM sms_deliveries WHERE webhook_id = ? ORDER BY id DESC LIMIT ? OFFSET ?',
    [webhookId, page.limit, page.offset],
  );
  const count = await selectOne<{ n: number }>(tx, 'SELECT count(*) AS n FROM sms_deliveries WHERE webhook_id = ?', [
    webhookId,
  ]);
  return { deliveries: await withLogs(tx, rows), total: count?.n ?? 0 };
}

export async function findDelivery(tx: Transaction, webhookId: string, id: string): Promise<Delivery | undefined> {
  const row = await selectOne<DeliveryRow>(tx, 'SELECT * FROM sms_deliveries WHERE webhook_id = ? AND id = ?', [
    webhookId,
    id,
  ]);
  return row && (await withLogs(tx, [row]))[0];
}

type AttemptRow = Omit<Attempt, 'durationMs'> & { delivery_id: string; duration_ms: number };

/** Deliveries with what was tried, all in one look. */
async function withLogs(tx: Transaction, rows: readonly DeliveryRow[]): Promise<Delivery[]> {
  const wanted = idSet(
    databaseKind(tx),
    rows.map(({ id }) => id),
  );
  const attempts = await select<AttemptRow>(
    tx,
    `SELECT a.delivery_id, a.attempt, a.at, a.status, a.error, a.response, a.duration_ms
       FROM ${wanted.sql} JOIN sms_attempts a ON a.delivery_id = j.id ORDER BY a.attempt`,
    [wanted.json],
  );
  const logs = groupBy(attempts, ({ delivery_id: id }) => id);
  return rows.map((row) => ({
    id: row.id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    eventType: row.event_type,
    state: row.state,
    attempts: row.attempts,
    nextAt: row.next_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
    createdAt: row.created_at,
    doneAt: row.done_at,
    log: (logs.get(row.id) ?? []).map(({ duration_ms: durationMs, attempt, at, status, error, response }) => ({
      ...{ attempt, at, status, error, response, durationMs },
    })),
  }));
}

/** Makes everything an endpoint missed due now: it answers again. */
export function hastenDeliveries(webhookId: string, nowMs: number): Statement {
  return {
    sql: `UPDATE sms_deliveries SET next_at = ?
          WHERE webhook_id = ? AND next_at IS NOT NULL AND worker_id IS NULL AND next_at > ?`,
    bindings: [nowMs, webhookId, nowMs],
  };
}

/** Makes a delivery due again now, whatever became of it. */
export function replayDelivery(webhookId: string, id: string, nowMs: number): Statement {
  return {
    sql: `UPDATE sms_deliveries SET state = 'pending', next_at = ?, done_at = NULL
          WHERE webhook_id = ? AND id = ? AND worker_id IS NULL`,
    bindings: [nowMs, webhookId, id],
  };
}

/** Takes out deliveries that ended long ago; a part of housekeeping. */
export function forgetDeliveries(before: number): Statement[] {
  return [
    {
      sql: 'DELETE FROM sms_attempts WHERE delivery_id IN (SELECT id FROM sms_deliveries WHERE done_at < ?)',
      bindings: [before],
    },
    { sql: 'DELETE FROM sms_deliveries WHERE done_at < ?', bindings: [before] },
  ];
}
