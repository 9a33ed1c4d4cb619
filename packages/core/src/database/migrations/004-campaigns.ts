import type { Database } from '../../runtime.js';
import { columnTypes, isOneOf } from '../column-types.js';

/** The tables of reservations, of lists of messages that are sent little by little, and of campaigns. */
export function campaignTables(kind: Database['kind']): string[] {
  const postgres = kind === 'postgres';
  const { uuid, text, integer, bigint, strict, clustered } = columnTypes(kind);
  const phases = `CONSTRAINT sms_transfers_phase CHECK (
        (phase = 1 AND kind IN ('top_up', 'hold', 'reserve', 'allot')) OR
        (phase = 2 AND kind IN ('capture', 'release', 'return')) OR
        (phase = 3 AND kind = 'refund')
      )`;
  /** SQLite cannot change a constraint: the journal is copied into a table that has the new one. */
  const widenJournal = postgres
    ? ['ALTER TABLE sms_transfers DROP CONSTRAINT sms_transfers_phase', `ALTER TABLE sms_transfers ADD ${phases}`]
    : [
        'ALTER TABLE sms_transfers RENAME TO sms_transfers_before',
        `CREATE TABLE sms_transfers (
          subject_id ${uuid} NOT NULL,
          phase ${integer} NOT NULL,
          kind ${text} NOT NULL,
          account_id ${uuid} NOT NULL,
          amount ${bigint} NOT NULL CHECK (amount >= 0),
          at ${bigint} NOT NULL,
          PRIMARY KEY (subject_id, phase),
          ${phases}
        )${clustered}`,
        'INSERT INTO sms_transfers SELECT subject_id, phase, kind, account_id, amount, at FROM sms_transfers_before',
        'DROP TABLE sms_transfers_before',
      ];

  return [
    ...widenJournal,

    // What is held for a list, and how much of it messages have drawn. The rest of a closed one was given back.
    `CREATE TABLE sms_reservations (
      subject_id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL,
      amount ${bigint} NOT NULL CHECK (amount >= 0),
      allotted ${bigint} NOT NULL,
      closed_at ${bigint},
      CONSTRAINT sms_reservations_allotted CHECK (allotted >= 0 AND allotted <= amount)
    )${strict}`,

    `CREATE INDEX sms_reservations_open ON sms_reservations (subject_id) WHERE closed_at IS NULL`,

    // A list is of a campaign or of a file. Rows up to position have been made messages, or were passed over.
    `CREATE TABLE sms_send_lists (
      id ${uuid} PRIMARY KEY,
      account_id ${uuid} NOT NULL,
      campaign_id ${uuid},
      file_id ${uuid},
      state ${text} NOT NULL ${isOneOf('state', 'filling', 'ready', 'waiting', 'sending', 'paused', 'completed', 'cancelled')},
      sender ${text} NOT NULL,
      body ${text},
      lane ${integer} NOT NULL,
      validity_ms ${bigint} NOT NULL,
      segments_per_second ${integer} CHECK (segments_per_second > 0),
      row_count ${integer} NOT NULL DEFAULT 0,
      segments ${bigint} NOT NULL DEFAULT 0,
      cost ${bigint} NOT NULL DEFAULT 0,
      position ${integer} NOT NULL DEFAULT 0,
      messages ${integer} NOT NULL DEFAULT 0,
      next_at ${bigint},
      created_at ${bigint} NOT NULL,
      updated_at ${bigint} NOT NULL,
      expanded_at ${bigint},
      ended_at ${bigint},
      CONSTRAINT sms_send_lists_owner CHECK ((campaign_id IS NULL) <> (file_id IS NULL)),
      CONSTRAINT sms_send_lists_position CHECK (position >= 0 AND position <= row_count AND messages <= position)
    )${strict}`,
    `CREATE INDEX sms_send_lists_due ON sms_send_lists (next_at) WHERE state IN ('waiting', 'sending')`,
    `CREATE INDEX sms_send_lists_account ON sms_send_lists (account_id)`,
    `CREATE INDEX sms_send_lists_campaign ON sms_send_lists (campaign_id) WHERE campaign_id IS NOT NULL`,
    `CREATE INDEX sms_send_lists_file ON sms_send_lists (file_id) WHERE file_id IS NOT NULL`,

    `CREATE TABLE sms_send_list_rows (
      list_id ${uuid} NOT NULL,
      place ${integer} NOT NULL,
      recipient ${text} NOT NULL,
      body ${text},
      encoding ${text} NOT NULL ${isOneOf('encoding', 'gsm7', 'ucs2')},
      segments ${integer} NOT NULL CHECK (segments > 0),
      cost ${bigint} NOT NULL CHECK (cost >= 0),
      client_ref ${text},
      PRIMARY KEY (list_id, place)
    )${clustered}`,

    // How far the messages of a campaign or a file have come, counted from their events.
    `CREATE TABLE sms_send_progress (
      id ${uuid} PRIMARY KEY,
      submitted ${integer} NOT NULL,
      delivered ${integer} NOT NULL,
      failed ${integer} NOT NULL,
      cancelled ${integer} NOT NULL,
      recent ${text} NOT NULL,
      rate ${integer},
      measured_at ${bigint} NOT NULL,
      measured ${integer} NOT NULL,
      told_at ${bigint} NOT NULL
    )${strict}`,

    `ALTER TABLE sms_messages ADD COLUMN campaign_id ${uuid}`,
    `ALTER TABLE sms_messages ADD COLUMN file_id ${uuid}`,
    `CREATE INDEX sms_messages_campaign ON sms_messages (campaign_id, id) WHERE campaign_id IS NOT NULL`,
    `CREATE INDEX sms_messages_file ON sms_messages (file_id, id) WHERE file_id IS NOT NULL`,
    `ALTER TABLE sms_jobs ADD COLUMN list_id ${uuid}`,
    `CREATE INDEX sms_jobs_list ON sms_jobs (list_id) WHERE list_id IS NOT NULL`,

    // The campaign or file an event counts for: whoever counts reads these alone.
    `ALTER TABLE sms_events ADD COLUMN counts_for ${uuid}`,
    `CREATE INDEX sms_events_counted ON sms_events (${postgres ? 'xid, seq' : 'seq'}) WHERE counts_for IS NOT NULL`,

    `CREATE TABLE sms_campaigns (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      name ${text} NOT NULL,
      body ${text} NOT NULL,
      sender_id ${uuid} NOT NULL,
      lane ${integer} NOT NULL,
      audience ${text} NOT NULL,
      scheduled_at ${bigint},
      segments_per_second ${integer} CHECK (segments_per_second > 0),
      validity_ms ${bigint},
      state ${text} NOT NULL ${isOneOf(
        'state',
        ...['draft', 'pending_approval', 'approved', 'scheduled', 'awaiting_funds', 'sending', 'paused'],
        ...['completed', 'cancelled'],
      )},
      reason ${text},
      revision ${integer} NOT NULL DEFAULT 1,
      estimate ${text} NOT NULL,
      plan ${text},
      hold_id ${uuid},
      list_id ${uuid},
      worker_id ${uuid},
      created_at ${bigint} NOT NULL,
      updated_at ${bigint} NOT NULL,
      queued_at ${bigint},
      started_at ${bigint},
      ended_at ${bigint},
      PRIMARY KEY (account_id, id)
    )${strict}`,
    `CREATE INDEX sms_campaigns_due ON sms_campaigns (scheduled_at) WHERE state = 'scheduled'`,
  ];
}
