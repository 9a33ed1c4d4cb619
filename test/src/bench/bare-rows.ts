import type { DatabaseKind } from './bench.js';
import { recipient, text } from './workload.js';

/**
 * The rows a message takes when it is accepted, and SQL that inserts them with nothing decided, checked or answered.
 * It is written in words of its own, so that a slow way of core's shows.
 */
const tables = {
  sms_transfers: 'subject_id uuid, phase int, kind text, account_id uuid, amount bigint, at bigint',
  sms_messages:
    'account_id uuid, id uuid, recipient text, sender text, body text, encoding text, segments int, cost bigint, ' +
    'lane int, route text, state text, hold_state text, client_ref text, resend_of uuid, scheduled_at bigint, ' +
    'expires_at bigint, created_at bigint, history text',
  sms_jobs: 'id uuid, account_id uuid, route text, lane int, turn bigint, run_at bigint, segments int, payload text',
  sms_events: 'id uuid, type text, account_id uuid, subject_id uuid, at bigint, data text',
} as const;

export type Table = keyof typeof tables;
/** The values of each row, in the order of the table's columns. */
export type BareRows = Record<Table, unknown[][]>;

export const tableNames = Object.keys(tables) as Table[];

export const columnsOf = (table: Table): string[] =>
  tables[table].split(', ').map((column) => column.split(' ')[0] ?? '');

const segmentCost = 1_000;
const dayMs = 86_400_000;

/** The rows of messages to numbers of the workload, from one on. */
export function bareRows(first: number, count: number, accountId: string, nextId: () => string): BareRows {
  const rows: BareRows = { sms_transfers: [], sms_messages: [], sms_jobs: [], sms_events: [] };
  for (let index = first; index < first + count; index++) addRows(rows, index, accountId, nextId);
  return rows;
}

function addRows(rows: BareRows, index: number, accountId: string, nextId: () => string): void {
  const id = nextId();
  const to = recipient(Math.abs(index));
  const now = Date.now();
  const payload = {
    r: to,
    f: 'MYAPP',
    t: text,
    e: 'gsm7',
    c: segmentCost,
    x: now + dayMs,
    s: 'queued',
    p: 'on_submit',
    k: null,
  };
  const about = { messageId: id, recipient: to, sender: 'MYAPP', state: 'queued', segments: 1 };
  const data = { ...about, clientRef: null, errorCode: null };
  rows.sms_transfers.push([id, 1, 'hold', accountId, segmentCost, now]);
  rows.sms_messages.push([
    ...[accountId, id, to, 'MYAPP', text, 'gsm7', 1, segmentCost, 1, 'simulator', 'queued', 'held'],
    ...[null, null, null, now + dayMs, now, `["queued",${now},"api"]`],
  ]);
  rows.sms_jobs.push([id, accountId, 'simulator', 1, index, null, 1, JSON.stringify(payload)]);
  rows.sms_events.push([nextId(), 'message.accepted', accountId, id, now, JSON.stringify(data)]);
}

/** An insert of any number of rows from one JSON parameter: `rowsJson` for the same database makes it. */
export function insertSql(kind: DatabaseKind, table: Table, parameter: string): string {
  const columns = columnsOf(table);
  const source =
    kind === 'sqlite'
      ? // Arrays, and the binary form of JSON, are what SQLite reads fastest.
        `SELECT ${columns.map((_, place) => `value->>${place}`).join(', ')} FROM jsonb_each(${parameter})`
      : `SELECT ${columns.join(', ')} FROM json_to_recordset(CAST(${parameter} AS json)) AS j(${tables[table]})`;
  return `INSERT INTO ${table} (${columns.join(', ')}) ${source}`;
}

export function rowsJson(kind: DatabaseKind, table: Table, rows: BareRows): string {
  if (kind === 'sqlite') return JSON.stringify(rows[table]);
  const columns = columnsOf(table);
  return JSON.stringify(
    rows[table].map((row) => Object.fromEntries(columns.map((column, place) => [column, row[place]]))),
  );
}

export const costOf = (rows: BareRows): number => rows.sms_messages.length * segmentCost;

/** What the rows refer to. */
export const accountSql = (accountId: string): string[] => [
  `INSERT INTO sms_accounts (id, kind, name, country, currency, team_code, state, refund_policy, created_at)
   VALUES ('${accountId}', 'standalone', 'Benchmark', 'TZ', 'TZS', 'BENCH', 'active', 'on_submit', 0)`,
  `INSERT INTO sms_balances (account_id, available, held, captured, funded)
   VALUES ('${accountId}', 1000000000000, 0, 0, -1000000000000)`,
];
