import type { Database } from '../../runtime.js';
import { columnTypes, isOneOf } from '../column-types.js';

/**
 * The tables of the main job. Written as SQL because what matters here is what a schema builder has no words for:
 * CHECK constraints that state the invariants, and partial indexes that keep the queue's working set small.
 *
 * Times are milliseconds since the epoch. Credits are thousandths of a credit.
 */
export function mainTables(kind: Database['kind']): string[] {
  const postgres = kind === 'postgres';
  const { uuid, text, integer, bigint, strict, clustered } = columnTypes(kind);

  return [
    `CREATE TABLE sms_accounts (
      id ${uuid} PRIMARY KEY,
      parent_id ${uuid},
      kind ${text} NOT NULL ${isOneOf('kind', 'partner', 'tenant', 'standalone')},
      name ${text} NOT NULL,
      country ${text} NOT NULL,
      currency ${text} NOT NULL,
      team_code ${text} NOT NULL UNIQUE,
      state ${text} NOT NULL ${isOneOf('state', 'active', 'suspended')},
      default_sender_id ${uuid},
      refund_policy ${text} NOT NULL ${isOneOf('refund_policy', 'on_accept', 'on_submit', 'on_delivered')},
      version ${integer} NOT NULL DEFAULT 1,
      created_at ${bigint} NOT NULL
    )${strict}`,

    `CREATE TABLE sms_tokens (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL REFERENCES sms_accounts (id),
      name ${text} NOT NULL,
      hash ${text} NOT NULL UNIQUE,
      scopes ${text} NOT NULL,
      expires_at ${bigint},
      revoked_at ${bigint},
      last_used_at ${bigint},
      created_at ${bigint} NOT NULL
    )${strict}`,
    `CREATE INDEX sms_tokens_account ON sms_tokens (account_id)`,

    `CREATE TABLE sms_sender_ids (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL REFERENCES sms_accounts (id),
      name ${text} NOT NULL,
      state ${text} NOT NULL ${isOneOf('state', 'draft', 'submitted', 'info_needed', 'approved', 'rejected', 'suspended')},
      created_at ${bigint} NOT NULL,
      updated_at ${bigint} NOT NULL,
      UNIQUE (account_id, name)
    )${strict}`,

    // A row without an account is the platform's own price.
    `CREATE TABLE sms_prices (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} REFERENCES sms_accounts (id),
      prefix ${text} NOT NULL,
      credits ${bigint} NOT NULL CHECK (credits >= 0),
      effective_at ${bigint} NOT NULL
    )${strict}`,
    `CREATE INDEX sms_prices_account ON sms_prices (account_id)`,

    // Four ledger accounts of one customer in a row. Every transfer takes from one what it gives to another, so
    // their sum is nought at all times; what was paid in stands below zero, as the source of all the others.
    `CREATE TABLE sms_balances (
      account_id ${uuid} PRIMARY KEY REFERENCES sms_accounts (id),
      available ${bigint} NOT NULL CONSTRAINT sms_balances_available CHECK (available >= 0),
      held ${bigint} NOT NULL CONSTRAINT sms_balances_held CHECK (held >= 0),
      captured ${bigint} NOT NULL CONSTRAINT sms_balances_captured CHECK (captured >= 0),
      funded ${bigint} NOT NULL CONSTRAINT sms_balances_funded CHECK (funded <= 0),
      CONSTRAINT sms_balances_sum CHECK (available + held + captured + funded = 0)
    )${strict}`,

    // The journal. A subject (a message, a top-up) has at most one transfer of each phase, so a hold is resolved
    // once and refunded once whoever tries.
    `CREATE TABLE sms_transfers (
      subject_id ${uuid} NOT NULL,
      phase ${integer} NOT NULL,
      kind ${text} NOT NULL,
      account_id ${uuid} NOT NULL,
      amount ${bigint} NOT NULL CHECK (amount >= 0),
      at ${bigint} NOT NULL,
      PRIMARY KEY (subject_id, phase),
      CONSTRAINT sms_transfers_phase CHECK (
        (phase = 1 AND kind IN ('top_up', 'hold')) OR
        (phase = 2 AND kind IN ('capture', 'release')) OR
        (phase = 3 AND kind = 'refund')
      )
    )${clustered}`,

    `CREATE TABLE sms_messages (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      recipient ${text} NOT NULL,
      sender ${text} NOT NULL,
      body ${text} NOT NULL,
      encoding ${text} NOT NULL ${isOneOf('encoding', 'gsm7', 'ucs2')},
      segments ${integer} NOT NULL CHECK (segments > 0),
      cost ${bigint} NOT NULL CHECK (cost >= 0),
      lane ${integer} NOT NULL,
      route ${text} NOT NULL,
      state ${text} NOT NULL ${isOneOf(
        'state',
        ...['scheduled', 'queued', 'submitted', 'enroute', 'delivered', 'undelivered', 'expired', 'rejected', 'failed'],
        ...['unknown', 'blocked', 'cancelled'],
      )},
      hold_state ${text} NOT NULL ${isOneOf('hold_state', 'held', 'captured', 'released', 'refunded')},
      segments_delivered ${integer} NOT NULL DEFAULT 0,
      segments_failed ${integer} NOT NULL DEFAULT 0,
      error_code ${text},
      error_detail ${text},
      client_ref ${text},
      resend_of ${uuid},
      scheduled_at ${bigint},
      expires_at ${bigint} NOT NULL,
      created_at ${bigint} NOT NULL,
      receipts_due ${integer},
      submitted_at ${bigint},
      final_at ${bigint},
      watch_until ${bigint},
      history ${text} NOT NULL,
      PRIMARY KEY (account_id, id)
    )${strict}`,
    `CREATE INDEX sms_messages_recipient ON sms_messages (recipient)`,
    `CREATE INDEX sms_messages_watched ON sms_messages (watch_until) WHERE watch_until IS NOT NULL`,

    `CREATE TABLE sms_workers (
      id ${uuid} PRIMARY KEY,
      expires_at ${bigint} NOT NULL
    )${strict}`,

    // A job is ready (no worker, no run_at), waiting (run_at) or claimed (worker): three small indexes, one each.
    `CREATE TABLE sms_jobs (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL,
      route ${text} NOT NULL,
      lane ${integer} NOT NULL,
      turn ${bigint} NOT NULL,
      run_at ${bigint},
      worker_id ${uuid},
      attempts ${integer} NOT NULL DEFAULT 0,
      segments ${integer} NOT NULL,
      payload ${text} NOT NULL,
      CONSTRAINT sms_jobs_one_state CHECK (run_at IS NULL OR worker_id IS NULL)
    )${postgres ? ' WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0)' : strict}`,
    `CREATE INDEX sms_jobs_ready ON sms_jobs (route, lane, turn) WHERE worker_id IS NULL AND run_at IS NULL`,
    `CREATE INDEX sms_jobs_waiting ON sms_jobs (run_at) WHERE run_at IS NOT NULL`,
    `CREATE INDEX sms_jobs_claimed ON sms_jobs (worker_id) WHERE worker_id IS NOT NULL`,

    // What the operator called each segment. upstream_key is the id without case and leading zeros.
    `CREATE TABLE sms_segments (
      transport ${text} NOT NULL,
      upstream_key ${text} NOT NULL,
      message_id ${uuid} NOT NULL,
      segment ${integer} NOT NULL,
      upstream_id ${text} NOT NULL,
      account_id ${uuid} NOT NULL,
      state ${text},
      at ${bigint},
      raw ${text},
      PRIMARY KEY (transport, upstream_key, message_id, segment)
    )${clustered}`,

    `CREATE TABLE sms_orphan_reports (
      id ${uuid} PRIMARY KEY,
      transport ${text} NOT NULL,
      upstream_key ${text} NOT NULL,
      report ${text} NOT NULL,
      received_at ${bigint} NOT NULL
    )${strict}`,
    `CREATE INDEX sms_orphan_reports_key ON sms_orphan_reports (transport, upstream_key)`,

    `CREATE TABLE sms_disputes (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL,
      message_id ${uuid} NOT NULL,
      state ${text} NOT NULL,
      reported ${text} NOT NULL,
      report ${text} NOT NULL,
      at ${bigint} NOT NULL
    )${strict}`,
    `CREATE INDEX sms_disputes_message ON sms_disputes (message_id)`,

    `CREATE TABLE sms_inbound (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid},
      transport ${text} NOT NULL,
      sender ${text} NOT NULL,
      recipient ${text} NOT NULL,
      body ${text} NOT NULL,
      received_at ${bigint} NOT NULL
    )${strict}`,
    `CREATE INDEX sms_inbound_account ON sms_inbound (account_id, id)`,

    `CREATE TABLE sms_suppressions (
      account_id ${uuid} NOT NULL,
      phone ${text} NOT NULL,
      reason ${text} NOT NULL,
      created_at ${bigint} NOT NULL,
      PRIMARY KEY (account_id, phone)
    )${clustered}`,

    `CREATE TABLE sms_idempotency (
      account_id ${uuid} NOT NULL,
      key ${text} NOT NULL,
      fingerprint ${text} NOT NULL,
      result ${text},
      expires_at ${bigint} NOT NULL,
      CONSTRAINT sms_idempotency_pkey PRIMARY KEY (account_id, key)
    )${clustered}`,
    `CREATE INDEX sms_idempotency_expiry ON sms_idempotency (expires_at)`,

    // PostgreSQL numbers rows before they commit, so a reader that follows seq alone would pass by what commits
    // late. Ordered by (xid, seq), and read only up to the oldest open transaction, nothing is passed by.
    postgres
      ? `CREATE TABLE sms_events (
          xid bigint NOT NULL DEFAULT (CAST(CAST(pg_current_xact_id() AS text) AS bigint)),
          seq bigint GENERATED ALWAYS AS IDENTITY,
          id uuid NOT NULL, type text NOT NULL, account_id uuid NOT NULL, subject_id uuid NOT NULL,
          at bigint NOT NULL, data text NOT NULL,
          PRIMARY KEY (xid, seq)
        )`
      : `CREATE TABLE sms_events (
          seq INTEGER PRIMARY KEY AUTOINCREMENT,
          xid INTEGER NOT NULL DEFAULT 0,
          id TEXT NOT NULL, type TEXT NOT NULL, account_id TEXT NOT NULL, subject_id TEXT NOT NULL,
          at INTEGER NOT NULL, data TEXT NOT NULL
        ) STRICT`,
    // On SQLite an index ends with the table's own key, which is seq.
    `CREATE INDEX sms_events_account ON sms_events (${postgres ? 'account_id, xid, seq' : 'account_id'})`,

    // How far each reader of the events has come.
    `CREATE TABLE sms_consumers (
      name ${text} PRIMARY KEY,
      xid ${bigint} NOT NULL,
      seq ${bigint} NOT NULL,
      worker_id ${uuid}
    )${strict}`,

    `CREATE TABLE sms_webhooks (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL REFERENCES sms_accounts (id),
      url ${text} NOT NULL,
      events ${text} NOT NULL,
      description ${text},
      secret ${text} NOT NULL,
      previous_secret ${text},
      previous_until ${bigint},
      state ${text} NOT NULL ${isOneOf('state', 'active', 'disabled')},
      failing_since ${bigint},
      paused_until ${bigint},
      created_at ${bigint} NOT NULL,
      updated_at ${bigint} NOT NULL
    )${strict}`,
    `CREATE INDEX sms_webhooks_account ON sms_webhooks (account_id)`,

    `CREATE TABLE sms_deliveries (
      id ${uuid} PRIMARY KEY,
      webhook_id ${uuid} NOT NULL,
      account_id ${uuid} NOT NULL,
      event_id ${uuid} NOT NULL,
      event_type ${text} NOT NULL,
      body ${text} NOT NULL,
      state ${text} NOT NULL ${isOneOf('state', 'pending', 'retrying', 'succeeded', 'exhausted')},
      attempts ${integer} NOT NULL DEFAULT 0,
      next_at ${bigint},
      worker_id ${uuid},
      last_status ${integer},
      last_error ${text},
      created_at ${bigint} NOT NULL,
      done_at ${bigint}
    )${strict}`,
    `CREATE INDEX sms_deliveries_due ON sms_deliveries (webhook_id, next_at) WHERE next_at IS NOT NULL AND worker_id IS NULL`,
    `CREATE INDEX sms_deliveries_claimed ON sms_deliveries (worker_id) WHERE worker_id IS NOT NULL`,
    `CREATE INDEX sms_deliveries_webhook ON sms_deliveries (webhook_id, id)`,

    `CREATE TABLE sms_attempts (
      delivery_id ${uuid} NOT NULL,
      attempt ${integer} NOT NULL,
      at ${bigint} NOT NULL,
      status ${integer},
      error ${text},
      response ${text},
      duration_ms ${integer} NOT NULL,
      PRIMARY KEY (delivery_id, attempt)
    )${clustered}`,
  ];
}
