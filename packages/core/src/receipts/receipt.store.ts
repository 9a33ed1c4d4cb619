import {
  databaseKind,
  idSet,
  insertRows,
  isAmong,
  recordset,
  select,
  selectOne,
  type Columns,
} from '../database/statements.js';
import type { MessageRow } from '../messaging/message.store.js';
import type { MessageState } from '../events.js';
import { tailOfShortReference } from '../messaging/short-reference.js';
import type { ReceiptReport, ReceiptState, ShortReference } from '../messaging/transport.js';
import { candidateKeys, upstreamKey } from '../messaging/upstream-id.js';
import type { Database, Statement, Transaction } from '../runtime.js';

/** A segment a report may be about, with the message it is a part of. */
export interface SegmentRow extends MessageRow {
  transport: string;
  upstream_key: string;
  upstream_id: string;
  segment: number;
  segment_state: ReceiptReport['state'] | null;
}

const keyColumns: Columns = { transport: 'text', upstream_key: 'text' };

/** The segments any of the reports may be about. */
export function segmentsFor(
  tx: Transaction,
  reports: readonly { transport: string; upstreamId: string }[],
): Promise<SegmentRow[]> {
  const keys = new Map<string, { transport: string; upstream_key: string }>();
  for (const { transport, upstreamId } of reports) {
    for (const key of candidateKeys(upstreamId)) keys.set(`${transport} ${key}`, { transport, upstream_key: key });
  }
  const wanted = recordset(databaseKind(tx), keyColumns, [...keys.values()]);
  return select<SegmentRow>(
    tx,
    `SELECT m.*, s.transport, s.upstream_key, s.upstream_id, s.segment, s.state AS segment_state
       FROM ${wanted.sql}
       JOIN sms_segments s ON s.transport = j.transport AND s.upstream_key = j.upstream_key
       JOIN sms_messages m ON m.account_id = s.account_id AND m.id = s.message_id
      ORDER BY m.id DESC`,
    [wanted.json],
  );
}

/** Messages that were submitted and never answered, by the reference an operator echoes. */
export function unansweredByReference(tx: Transaction, references: readonly string[]): Promise<MessageRow[]> {
  if (references.length === 0) return Promise.resolve([]);
  const wanted = idSet(databaseKind(tx), references);
  return select<MessageRow>(
    tx,
    `SELECT m.* FROM ${wanted.sql}
       JOIN sms_transfers t ON t.subject_id = j.id AND t.phase = 1
       JOIN sms_messages m ON m.account_id = t.account_id AND m.id = j.id
      WHERE m.state NOT IN ('scheduled', 'queued') AND m.receipts_due IS NULL`,
    [wanted.json],
  );
}

/** The same by the short reference an operator echoes; the newest last. */
export function unansweredByShortReference(
  tx: Transaction,
  references: readonly (ShortReference & { transport: string })[],
): Promise<MessageRow[]> {
  if (references.length === 0) return Promise.resolve([]);
  const kind = databaseKind(tx);
  const wanted = recordset(
    kind,
    { transport: 'text', recipient: 'text', tail: 'text' },
    references.map(({ transport, recipient, number }) => ({
      transport,
      recipient,
      tail: tailOfShortReference(number),
    })),
  );
  return select<MessageRow>(
    tx,
    `SELECT m.* FROM ${wanted.sql}
       JOIN sms_messages m ON m.recipient = j.recipient AND m.route = j.transport
      WHERE m.recipient ${isAmong(kind, `SELECT recipient FROM ${wanted.sql}`)}
        AND m.state NOT IN ('scheduled', 'queued') AND m.receipts_due IS NULL
        AND substr(CAST(m.id AS text), 33) = j.tail
      ORDER BY m.id`,
    [wanted.json, wanted.json],
  );
}

export interface SegmentReport {
  transport: string;
  upstreamKey: string;
  messageId: string;
  segment: number;
  state: ReceiptReport['state'];
  at: number;
  raw: string;
}

export function reportSegments(kind: Database['kind'], reports: readonly SegmentReport[]): Statement[] {
  if (reports.length === 0) return [];
  const columns: Columns = {
    transport: 'text',
    upstream_key: 'text',
    message_id: 'uuid',
    segment: 'integer',
    state: 'text',
    at: 'bigint',
    raw: 'text',
  };
  const reported = recordset(
    kind,
    columns,
    reports.map(({ upstreamKey: key, messageId, ...report }) => ({
      ...report,
      upstream_key: key,
      message_id: messageId,
    })),
  );
  return [
    {
      sql: `UPDATE sms_segments AS s SET state = j.state, at = j.at, raw = j.raw
            FROM ${reported.sql}
            WHERE s.transport = j.transport AND s.upstream_key = j.upstream_key
              AND s.message_id = j.message_id AND s.segment = j.segment`,
      bindings: [reported.json],
    },
  ];
}

export interface Orphan {
  id: string;
  transport: string;
  report: ReceiptReport;
  receivedAt: number;
}

export function insertOrphans(kind: Database['kind'], orphans: readonly Orphan[]): Statement[] {
  if (orphans.length === 0) return [];
  return [
    insertRows(
      kind,
      'sms_orphan_reports',
      { id: 'uuid', transport: 'text', upstream_key: 'text', report: 'text', received_at: 'bigint' },
      orphans.map(({ id, transport, report, receivedAt }) => ({
        id,
        transport,
        upstream_key: upstreamKey(report.upstreamId),
        report: JSON.stringify(report),
        received_at: receivedAt,
      })),
    ),
  ];
}

export function deleteOrphans(kind: Database['kind'], ids: readonly string[]): Statement[] {
  if (ids.length === 0) return [];
  const matched = idSet(kind, ids);
  return [
    {
      sql: `DELETE FROM sms_orphan_reports WHERE id ${isAmong(kind, `SELECT id FROM ${matched.sql}`)}`,
      bindings: [matched.json],
    },
  ];
}

interface OrphanRow {
  id: string;
  transport: string;
  report: string;
  received_at: number;
}

const orphanOf = (row: OrphanRow): Orphan => ({
  id: row.id,
  transport: row.transport,
  report: JSON.parse(row.report) as ReceiptReport,
  receivedAt: row.received_at,
});

/** Reports that wait for a segment with one of these keys. */
export async function orphansFor(
  tx: Transaction,
  keys: readonly { transport: string; upstreamKey: string }[],
): Promise<Orphan[]> {
  const wanted = recordset(
    databaseKind(tx),
    keyColumns,
    keys.map(({ transport, upstreamKey: key }) => ({ transport, upstream_key: key })),
  );
  const rows = await select<OrphanRow>(
    tx,
    `SELECT o.id, o.transport, o.report, o.received_at FROM ${wanted.sql}
       JOIN sms_orphan_reports o ON o.transport = j.transport AND o.upstream_key = j.upstream_key`,
    [wanted.json],
  );
  return rows.map(orphanOf);
}

/** Reports without a message, after the one with the id, in order. */
export async function orphansAfter(tx: Transaction, after: string, limit: number): Promise<Orphan[]> {
  const rows = await select<OrphanRow>(
    tx,
    'SELECT id, transport, report, received_at FROM sms_orphan_reports WHERE id > ? ORDER BY id LIMIT ?',
    [after, limit],
  );
  return rows.map(orphanOf);
}

/** Whether any report waits; counting them all takes longer. */
export async function hasOrphans(tx: Transaction): Promise<boolean> {
  return (await selectOne(tx, 'SELECT 1 FROM sms_orphan_reports ORDER BY id LIMIT 1')) !== undefined;
}

export async function countOrphans(tx: Transaction): Promise<number> {
  const [row] = await select<{ n: number }>(tx, 'SELECT count(*) AS n FROM sms_orphan_reports');
  return row?.n ?? 0;
}

export interface Dispute {
  id: string;
  accountId: string;
  messageId: string;
  state: string;
  reported: string;
  report: string;
  at: number;
}

export function insertDisputes(kind: Database['kind'], disputes: readonly Dispute[]): Statement[] {
  if (disputes.length === 0) return [];
  return [
    insertRows(
      kind,
      'sms_disputes',
      {
        id: 'uuid',
        account_id: 'uuid',
        message_id: 'uuid',
        state: 'text',
        reported: 'text',
        report: 'text',
        at: 'bigint',
      },
      disputes.map(({ accountId, messageId, ...dispute }) => ({
        ...dispute,
        account_id: accountId,
        message_id: messageId,
      })),
    ),
  ];
}

/** A final receipt that contradicted the state the message had. */
export interface MessageDispute {
  state: MessageState;
  reported: ReceiptState;
  /** Milliseconds since the epoch. */
  at: number;
}

export function disputesOf(tx: Transaction, messageId: string): Promise<MessageDispute[]> {
  return select(tx, 'SELECT state, reported, at FROM sms_disputes WHERE message_id = ? ORDER BY id', [messageId]);
}
