import type { Database } from '../../runtime.js';
import { columnTypes } from '../column-types.js';

/** The tables of uploaded files: imports of contacts, files of messages, and the rows of both that were refused. */
export function uploadTables(kind: Database['kind']): string[] {
  const { uuid, text, integer, bigint, strict, clustered } = columnTypes(kind);

  return [
    `CREATE TABLE sms_contact_imports (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      state ${text} NOT NULL CHECK (state IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
      folder_id ${uuid} NOT NULL,
      file_name ${text},
      size_bytes ${bigint} NOT NULL,
      policy ${text} NOT NULL CHECK (policy IN ('skip', 'update', 'overwrite')),
      group_id ${uuid},
      titles ${text},
      place ${integer} NOT NULL DEFAULT 0,
      total_rows ${integer} NOT NULL DEFAULT 0,
      imported ${integer} NOT NULL DEFAULT 0,
      updated ${integer} NOT NULL DEFAULT 0,
      skipped ${integer} NOT NULL DEFAULT 0,
      failed ${integer} NOT NULL DEFAULT 0,
      error ${text},
      worker_id ${uuid},
      attempts ${integer} NOT NULL DEFAULT 0,
      created_at ${bigint} NOT NULL,
      started_at ${bigint},
      updated_at ${bigint} NOT NULL,
      completed_at ${bigint},
      PRIMARY KEY (account_id, id),
      CHECK (total_rows = imported + updated + skipped + failed),
      CHECK ((completed_at IS NULL) = (state IN ('pending', 'processing')))
    )${strict}`,
    `CREATE INDEX sms_contact_imports_open ON sms_contact_imports (folder_id, id)
      WHERE state IN ('pending', 'processing')`,
    `CREATE INDEX sms_contact_imports_ended ON sms_contact_imports (completed_at)`,

    // While its rows are checked a file is nothing yet; its messages are those of its list.
    `CREATE TABLE sms_send_files (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      state ${text} NOT NULL CHECK (state IN ('checking', 'accepted')),
      list_id ${uuid},
      file_name ${text},
      size_bytes ${bigint} NOT NULL,
      titles ${text},
      total_rows ${integer} NOT NULL DEFAULT 0,
      accepted ${integer} NOT NULL DEFAULT 0,
      rejected ${integer} NOT NULL DEFAULT 0,
      scheduled_at ${bigint},
      pause_reason ${text},
      created_at ${bigint} NOT NULL,
      PRIMARY KEY (account_id, id),
      CHECK (total_rows = accepted + rejected),
      CHECK ((list_id IS NULL) = (state = 'checking'))
    )${strict}`,
    `CREATE INDEX sms_send_files_created ON sms_send_files (created_at)`,

    `CREATE TABLE sms_row_errors (
      upload_id ${uuid} NOT NULL,
      row_number ${integer} NOT NULL,
      phone ${text},
      code ${text} NOT NULL,
      reason ${text} NOT NULL,
      cells ${text} NOT NULL,
      PRIMARY KEY (upload_id, row_number)
    )${clustered}`,
  ];
}
