import { databaseKind, execute, idSet, insertRows, select, selectOne } from '../database/statements.js';
import type { EventType } from '../events.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import type { Attempt, Delivery, DeliveryState, Webhook } from './webhook.js';

/** A subscription with its sealed secrets. */
export interface StoredWebhook extends Webhook {
  secret: string;
  previousSecret: string | null;
  previousUntil: number | null;
  /** While it fails, until when no other delivery is tried at it. */
  pausedUntil: number | null;
}

interface WebhookRow {
  id: string;
  account_id: string;
  url: string;
  events: string;
  description: string | null;
  format_id: string | null;
  secret: string;
  previous_secret: string | null;
  previous_until: number | null;
  state: Webhook['state'];
  failing_since: number | null;
  paused_until: number | null;
  created_at: number;
  updated_at: number;
}

const webhookOf = (row: WebhookRow): StoredWebhook => ({
  id: row.id,
  accountId: row.account_id,
  url: row.url,
  events: row.events.split(' '),
  description: row.description,
  formatId: row.format_id,
  state: row.state,
  failingSince: row.failing_since,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  secret: row.secret,
  previousSecret: row.previous_secret,
  previousUntil: row.previous_until,
  pausedUntil: row.paused_until,
});

export function insertWebhook(webhook: StoredWebhook): Statement {
  return {
    sql: `INSERT INTO sms_webhooks (id, account_id, url, events, description, format_id, secret, state, created_at,
            updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      webhook.id,
      webhook.accountId,
      webhook.url,
      webhook.events.join(' '),
      webhook.description,
      webhook.formatId,
      webhook.secret,
      webhook.state,
      webhook.createdAt,
      webhook.updatedAt,
    ],
  };
}

/** What a customer changes of a subscription; what is absent stays as it is, also when somebody else changes it. */
export interface WebhookChanges {
  url?: string;
  events?: readonly string[];
  description?: string | null;
  state?: Webhook['state'];
}

/** Writes what a customer changed. A new address or a restart deserves a fresh judgement. */
export function changeWebhook(accountId: string, id: string, changes: WebhookChanges, nowMs: number): Statement {
  const columns: [assignment: string, value: string | number | null][] = [['updated_at = ?', nowMs]];
  if (changes.url !== undefined) columns.push(['url = ?', changes.url]);
  if (changes.events !== undefined) columns.push(['events = ?', changes.events.join(' ')]);
  if (changes.description !== undefined) columns.push(['description = ?', changes.description]);
  if (changes.state !== undefined) columns.push(['state = ?', changes.state]);
  const isForgiven = changes.url !== undefined ? 'true' : changes.state === 'active' ? `state = 'disabled'` : 'false';
  return {
    sql: `UPDATE sms_webhooks SET ${columns.map(([assignment]) => assignment).join(', ')},
            failing_since = CASE WHEN ${isForgiven} THEN NULL ELSE failing_since END,
            paused_until = CASE WHEN ${isForgiven} THEN NULL ELSE paused_until END
          WHERE account_id = ? AND id = ?`,
    bindings: [...columns.map(([, value]) => value), accountId, id],
  };
}

/** Puts a new secret before the present one, which stays good until `previousUntil`. */
export function rotateWebhookSecret(
  accountId: string,
  id: string,
  rotation: { secret: string; previousUntil: number; nowMs: number },
): Statement {
  return {
    sql: `UPDATE sms_webhooks SET previous_secret = secret, secret = ?, previous_until = ?, updated_at = ?
          WHERE account_id = ? AND id = ?`,
    bindings: [rotation.secret, rotation.previousUntil, rotation.nowMs, accountId, id],
  };
}

/** Takes a subscription and what was on its way to it. */
export function deleteWebhook(accountId: string, id: string): Statement[] {
  return [
    {
      sql: 'DELETE FROM sms_attempts WHERE delivery_id IN (SELECT id FROM sms_deliveries WHERE webhook_id = ?)',
      bindings: [id],
    },
    { sql: 'DELETE FROM sms_deliveries WHERE webhook_id = ?', bindings: [id] },
    { sql: 'DELETE FROM sms_webhooks WHERE account_id = ? AND id = ?', bindings: [accountId, id] },
  ];
}

export async function findWebhook(tx: Transaction, accountId: string, id: string): Promise<StoredWebhook | undefined> {
  const row = await selectOne<WebhookRow>(tx, 'SELECT * FROM sms_webhooks WHERE account_id = ? AND id = ?', [
    accountId,
    id,
  ]);
  return row && webhookOf(row);
}

export async function listWebhooks(tx: Transaction, accountId: string): Promise<StoredWebhook[]> {
  const rows = await select<WebhookRow>(tx, 'SELECT * FROM sms_webhooks WHERE account_id = ? ORDER BY id DESC', [
    accountId,
  ]);
  return rows.map(webhookOf);
}

/** Every subscription that hears anything, of all accounts. */
export async function activeWebhooks(tx: Transaction): Promise<StoredWebhook[]> {
  const rows = await select<WebhookRow>(tx, `SELECT * FROM sms_webhooks WHERE state = 'active'`);
  return rows.map(webhookOf);
}

export interface NewDelivery {
  id: string;
  webhookId: string;
  accountId: string;
  eventId: string;
  eventType: EventType;
  body: string;
  at: number;
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
        next_at: delivery.at,
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

/** Endpoints that have deliveries due and are not paused. */
export async function dueEndpoints(tx: Transaction, nowMs: number, limit: number): Promise<StoredWebhook[]> {
  const rows = await select<WebhookRow>(
    tx,
    `SELECT w.* FROM sms_webhooks w
      WHERE w.state = 'active' AND (w.paused_until IS NULL OR w.paused_until <= ?)
        AND EXISTS (SELECT 1 FROM sms_deliveries d WHERE d.webhook_id = w.id
                     AND d.next_at IS NOT NULL AND d.worker_id IS NULL AND d.next_at <= ?)
      LIMIT ?`,
    [nowMs, nowMs, limit],
  );
  return rows.map(webhookOf);
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

/** How an endpoint is doing. */
export function setEndpointHealth(
  id: string,
  health: { failingSince: number | null; pausedUntil: number | null },
): Statement {
  // One that was disabled while an attempt was under way stays so, whatever comes of the attempt.
  return {
    sql: `UPDATE sms_webhooks SET failing_since = ?, paused_until = ? WHERE id = ? AND state = 'active'`,
    bindings: [health.failingSince, health.pausedUntil, id],
  };
}

/** Asks an endpoint no more, and has it told; once, though several attempts may find out at the same time. */
export async function disableEndpoint(
  tx: Transaction,
  id: string,
  failingSince: number | null,
  telling: readonly Statement[],
): Promise<void> {
  const disabled = await selectOne(
    tx,
    `UPDATE sms_webhooks SET state = 'disabled', failing_since = ?, paused_until = NULL
      WHERE id = ? AND state = 'active' RETURNING id`,
    [failingSince, id],
  );
  if (disabled) for (const statement of telling) await execute(tx, statement);
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
  return { deliveries: await Promise.all(rows.map((row) => withLog(tx, row))), total: count?.n ?? 0 };
}

export async function findDelivery(tx: Transaction, webhookId: string, id: string): Promise<Delivery | undefined> {
  const row = await selectOne<DeliveryRow>(tx, 'SELECT * FROM sms_deliveries WHERE webhook_id = ? AND id = ?', [
    webhookId,
    id,
  ]);
  return row && withLog(tx, row);
}

async function withLog(tx: Transaction, row: DeliveryRow): Promise<Delivery> {
  const log = await select<Omit<Attempt, 'durationMs'> & { duration_ms: number }>(
    tx,
    `SELECT attempt, at, status, error, response, duration_ms FROM sms_attempts
      WHERE delivery_id = ? ORDER BY attempt`,
    [row.id],
  );
  return {
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
    log: log.map(({ duration_ms: durationMs, ...attempt }) => ({ ...attempt, durationMs })),
  };
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
