import type { Database } from '../../runtime.js';
import { columnTypes, isOneOf } from '../column-types.js';

/**
 * What vendors' clients show and ask for: keys of other forms, clients, users and their sessions, counted limits,
 * messages of one batch, callbacks of single messages, and the surveys and USSD codes that may be read.
 */
export function credentialTables(kind: Database['kind']): string[] {
  const { uuid, text, integer, bigint, strict, clustered } = columnTypes(kind);

  return [
    `ALTER TABLE sms_accounts ADD COLUMN plan ${text}`,

    `ALTER TABLE sms_tokens ADD COLUMN form ${text} NOT NULL DEFAULT 'mbs' ${isOneOf('form', 'mbs', 'mif', 'mboa')}`,
    `ALTER TABLE sms_tokens ADD COLUMN description ${text}`,
    `ALTER TABLE sms_tokens ADD COLUMN permissions ${text} NOT NULL DEFAULT 'read write admin'`,
    `ALTER TABLE sms_tokens ADD COLUMN mode ${text}`,
    `ALTER TABLE sms_tokens ADD COLUMN hint ${text}`,
    `ALTER TABLE sms_tokens ADD COLUMN sealed ${text}`,

    `CREATE TABLE sms_clients (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL REFERENCES sms_accounts (id),
      name ${text} NOT NULL,
      secret_hash ${text} NOT NULL,
      version ${integer} NOT NULL,
      revoked_at ${bigint},
      created_at ${bigint} NOT NULL
    )${strict}`,
    `CREATE INDEX sms_clients_account ON sms_clients (account_id)`,

    `CREATE TABLE sms_users (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL REFERENCES sms_accounts (id),
      email ${text} CONSTRAINT sms_users_email UNIQUE,
      phone ${text} CONSTRAINT sms_users_phone UNIQUE,
      username ${text} CONSTRAINT sms_users_username UNIQUE,
      password_hash ${text} NOT NULL,
      first_name ${text},
      last_name ${text},
      role ${text} NOT NULL,
      state ${text} NOT NULL ${isOneOf('state', 'unverified', 'active', 'disabled')},
      profile ${text} NOT NULL,
      version ${integer} NOT NULL,
      last_login_at ${bigint},
      created_at ${bigint} NOT NULL,
      updated_at ${bigint} NOT NULL,
      CONSTRAINT sms_users_named CHECK (coalesce(email, phone, username) IS NOT NULL)
    )${strict}`,
    `CREATE INDEX sms_users_account ON sms_users (account_id)`,

    `CREATE TABLE sms_sessions (
      id ${uuid} PRIMARY KEY,
      user_id ${uuid} NOT NULL REFERENCES sms_users (id),
      user_version ${integer} NOT NULL,
      generation ${integer} NOT NULL,
      expires_at ${bigint} NOT NULL,
      revoked_at ${bigint},
      created_at ${bigint} NOT NULL
    )${strict}`,
    `CREATE INDEX sms_sessions_expiry ON sms_sessions (expires_at)`,

    // A window of a published limit: what the processes were given of it, and the last of it to one of them.
    `CREATE TABLE sms_rate_limits (
      key ${text} PRIMARY KEY,
      granted ${integer} NOT NULL,
      taken ${integer} NOT NULL,
      resets_at ${bigint} NOT NULL
    )${clustered}`,
    `CREATE INDEX sms_rate_limits_end ON sms_rate_limits (resets_at)`,

    `ALTER TABLE sms_messages ADD COLUMN batch_id ${uuid}`,
    `CREATE INDEX sms_messages_batch ON sms_messages (account_id, batch_id) WHERE batch_id IS NOT NULL`,

    // How a vendor calls back, as data: a process that only delivers need not know the vendor.
    `CREATE TABLE sms_callback_formats (
      id ${text} PRIMARY KEY,
      format ${text} NOT NULL
    )${clustered}`,

    // Where the events of one message, or of one batch, are told.
    `CREATE TABLE sms_callbacks (
      subject_id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL,
      url ${text} NOT NULL,
      format_id ${text} NOT NULL,
      fields ${text} NOT NULL,
      token_id ${uuid},
      created_at ${bigint} NOT NULL
    )${clustered}`,
    `CREATE INDEX sms_callbacks_account ON sms_callbacks (account_id)`,
    `CREATE INDEX sms_callbacks_created ON sms_callbacks (created_at)`,

    `CREATE TABLE sms_callback_deliveries (
      id ${uuid} PRIMARY KEY,
      subject_id ${uuid} NOT NULL,
      account_id ${uuid} NOT NULL,
      event_id ${uuid} NOT NULL,
      body ${text} NOT NULL,
      state ${text} NOT NULL ${isOneOf('state', 'pending', 'retrying', 'succeeded', 'exhausted')},
      attempts ${integer} NOT NULL DEFAULT 0,
      next_at ${bigint},
      worker_id ${uuid},
      last_status ${integer},
      last_error ${text},
      created_at ${bigint} NOT NULL,
      done_at ${bigint},
      CONSTRAINT sms_callback_deliveries_once UNIQUE (event_id, subject_id)
    )${strict}`,
    `CREATE INDEX sms_callback_deliveries_due ON sms_callback_deliveries (next_at) WHERE next_at IS NOT NULL AND worker_id IS NULL`,
    `CREATE INDEX sms_callback_deliveries_claimed ON sms_callback_deliveries (worker_id) WHERE worker_id IS NOT NULL`,
    `CREATE INDEX sms_callback_deliveries_account ON sms_callback_deliveries (account_id, id)`,

    // The questions are JSON: an array of {id, text, type, options}, in their order.
    `CREATE TABLE sms_surveys (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      name ${text} NOT NULL,
      status ${text} NOT NULL,
      questions ${text} NOT NULL,
      created_at ${bigint} NOT NULL,
      PRIMARY KEY (account_id, id)
    )${strict}`,
    // The answers are JSON: an array of {questionId, answer}.
    `CREATE TABLE sms_survey_responses (
      survey_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      account_id ${uuid} NOT NULL,
      phone ${text} NOT NULL,
      answers ${text} NOT NULL,
      completed ${integer} NOT NULL CHECK (completed IN (0, 1)),
      created_at ${bigint} NOT NULL,
      PRIMARY KEY (survey_id, id)
    )${strict}`,

    `CREATE TABLE sms_ussd_codes (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      code ${text} NOT NULL,
      status ${text} NOT NULL,
      created_at ${bigint} NOT NULL,
      PRIMARY KEY (account_id, id)
    )${strict}`,
    `CREATE TABLE sms_ussd_extensions (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      code_id ${uuid} NOT NULL,
      extension ${text} NOT NULL,
      status ${text} NOT NULL,
      PRIMARY KEY (account_id, id)
    )${strict}`,
  ];
}
