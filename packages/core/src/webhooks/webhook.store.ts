import { execute, select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Webhook } from './webhook.js';

/** A subscription with its sealed secrets. */
export interface StoredWebhook extends Webhook {
  secret: string;
  previousSecret: string | null;
  previousUntil: number | null;
  /** While it fails, until when no other delivery is tried at it. */
  pausedUntil: number | null;
  /** When a watch tells what there is to tell, whatever that is by then; null for a subscription, which has no end. */
  endsAt: number | null;
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
  ends_at: number | null;
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
  endsAt: row.ends_at,
});

export function insertWebhook(webhook: StoredWebhook): Statement {
  return {
    sql: `INSERT INTO sms_webhooks (id, account_id, url, events, description, format_id, secret, state, ends_at, created_at,
            updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      webhook.id,
      webhook.accountId,
      webhook.url,
      webhook.events.join(' '),
      webhook.description,
      webhook.formatId,
      webhook.secret,
      webhook.state,
      webhook.endsAt,
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
  const row = await selectOne<WebhookRow>(
    tx,
    'SELECT * FROM sms_webhooks WHERE account_id = ? AND id = ? AND ends_at IS NULL',
    [accountId, id],
  );
  return row && webhookOf(row);
}

export async function findWatch(tx: Transaction, accountId: string, id: string): Promise<StoredWebhook | undefined> {
  const row = await selectOne<WebhookRow>(
    tx,
    'SELECT * FROM sms_webhooks WHERE account_id = ? AND id = ? AND ends_at IS NOT NULL',
    [accountId, id],
  );
  return row && webhookOf(row);
}

export async function listWebhooks(tx: Transaction, accountId: string): Promise<StoredWebhook[]> {
  const rows = await select<WebhookRow>(
    tx,
    'SELECT * FROM sms_webhooks WHERE account_id = ? AND ends_at IS NULL ORDER BY id DESC',
    [accountId],
  );
  return rows.map(webhookOf);
}

/** Every subscription that hears anything, of all accounts. */
export async function activeWebhooks(tx: Transaction): Promise<StoredWebhook[]> {
  const rows = await select<WebhookRow>(tx, `SELECT * FROM sms_webhooks WHERE state = 'active' AND ends_at IS NULL`);
  return rows.map(webhookOf);
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
  { failingSince, nowMs }: { failingSince: number | null; nowMs: number },
  telling: readonly Statement[],
): Promise<void> {
  const disabled = await selectOne(
    tx,
    `UPDATE sms_webhooks SET state = 'disabled', failing_since = ?, paused_until = NULL, updated_at = ?
      WHERE id = ? AND state = 'active' RETURNING id`,
    [failingSince, nowMs, id],
  );
  if (disabled) for (const statement of telling) await execute(tx, statement);
}

/**
 * Takes out subscriptions that were disabled long ago with what they missed, so that those whose owners are gone do not
 * fill up what an account may have.
 */
export function forgetDisabledWebhooks(before: number): Statement[] {
  const dead = `SELECT id FROM sms_webhooks WHERE state = 'disabled' AND ends_at IS NULL AND updated_at < ?`;
  return forgetWebhooks(dead, [before]);
}

/** Takes out webhooks with all that was sent to them. */
export function forgetWebhooks(which: string, bindings: readonly (string | number)[]): Statement[] {
  return [
    {
      sql: `DELETE FROM sms_attempts
            WHERE delivery_id IN (SELECT id FROM sms_deliveries WHERE webhook_id IN (${which}))`,
      bindings: [...bindings],
    },
    { sql: `DELETE FROM sms_deliveries WHERE webhook_id IN (${which})`, bindings: [...bindings] },
    { sql: `DELETE FROM sms_webhooks WHERE id IN (${which})`, bindings: [...bindings] },
  ];
}
