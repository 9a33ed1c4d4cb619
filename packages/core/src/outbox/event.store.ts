import { insertRows, select, selectOne, databaseKind, type Columns } from '../database/statements.js';
import { SmsError } from '../errors.js';
import type { DomainEvent, EventData, EventType, MessageEventData, NewEvent } from '../events.js';
import type { Database, Ids, Statement, Transaction } from '../runtime.js';

const columns: Columns = {
  id: 'uuid',
  type: 'text',
  account_id: 'uuid',
  subject_id: 'uuid',
  at: 'bigint',
  data: 'text',
  counts_for: 'uuid',
};

/** The statement that stores events, for the commit that makes them true. */
export function appendEvents(kind: Database['kind'], ids: Ids, events: readonly NewEvent[]): Statement[] {
  if (events.length === 0) return [];
  const rows = events.map(({ type, accountId, subjectId, at, data }) => ({
    id: ids.next(),
    type,
    account_id: accountId,
    subject_id: subjectId,
    at,
    data: JSON.stringify(data),
    counts_for: countsFor(type, data),
  }));
  return [insertRows(kind, 'sms_events', columns, rows)];
}

/** What an event counts for: the campaign or file of its message. How many were made their list knows itself. */
function countsFor(type: EventType, data: EventData[EventType]): string | null {
  if (!type.startsWith('message.') || type === 'message.accepted') return null;
  const { campaignId, fileId } = data as Partial<MessageEventData>;
  return campaignId ?? fileId ?? null;
}

interface EventRow {
  xid: number;
  seq: number;
  id: string;
  type: EventType;
  account_id: string;
  subject_id: string;
  at: number;
  data: string;
}

export interface Position {
  xid: number;
  seq: number;
}

export const beginning: Position = { xid: 0, seq: 0 };

export const isLater = (one: Position, than: Position): boolean =>
  one.xid > than.xid || (one.xid === than.xid && one.seq > than.seq);

/** A position as customers see it: opaque, ordered, the same in both databases. */
export const cursorOf = ({ xid, seq }: Position): string => `${xid}-${seq}`;

export function parseCursor(cursor: string): Position {
  const [, xid, seq] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? [];
  if (xid === undefined || seq === undefined) {
    throw new SmsError('invalid_request', 'after must be a cursor that an earlier answer gave.');
  }
  return { xid: Number(xid), seq: Number(seq) };
}

/**
 * On PostgreSQL only what no open transaction can still come before; see docs/decisions/003-event-order.md.
 */
const settled = (kind: Database['kind']): string =>
  kind === 'postgres' ? 'AND xid < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)' : '';

/** Which events are read; all that fit what is given, and simply all without. */
export interface EventFilter {
  accountId?: string | undefined;
  /** Those that count for the progress of a campaign or file. */
  counted?: boolean | undefined;
  types?: readonly EventType[] | undefined;
  /** The accounts, when there are several. */
  accountIds?: readonly string[] | undefined;
  /** The last position that is read; it has to be settled. */
  upTo?: Position | undefined;
}

/** The events after a position in the order they happened. */
export async function eventsAfter(
  tx: Transaction,
  after: Position,
  limit: number,
  { accountId, counted = false, types, accountIds, upTo }: EventFilter = {},
): Promise<DomainEvent[]> {
  const kind = databaseKind(tx);
  // Without statistics SQLite would rather walk through everybody's events.
  const index = counted && kind === 'sqlite' ? 'INDEXED BY sms_events_counted' : '';
  // SQLite numbers rows in the order they commit, so seq is enough there and is the table's own key.
  const [place, placeOf] =
    kind === 'postgres'
      ? ['(xid, seq)', ({ xid, seq }: Position) => [xid, seq]]
      : ['(seq)', ({ seq }: Position) => [seq]];
  const conditions: string[] = [];
  const bindings: unknown[] = [];
  const where = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    bindings.push(...values);
  };
  const marks = (values: readonly unknown[]): string => `(${values.map(() => '?').join(', ')})`;
  // Neither database can look into a CASE. Else, without statistics, they would sort all the events of an account, or
  // all of a kind, to give the first few.
  const passing = (condition: string): string => `CASE WHEN ${condition} THEN true ELSE false END`;
  where(`${place} > ${marks(placeOf(after))}`, ...placeOf(after));
  if (upTo) where(`${place} <= ${marks(placeOf(upTo))}`, ...placeOf(upTo));
  if (accountId !== undefined) where('account_id = ?', accountId);
  if (counted) where('counts_for IS NOT NULL');
  if (types) where(passing(`type IN ${marks(types)}`), ...types);
  if (accountIds) where(passing(`account_id IN ${marks(accountIds)}`), ...accountIds);
  const rows = await select<EventRow>(
    tx,
    `SELECT xid, seq, id, type, account_id, subject_id, at, data FROM sms_events ${index}
      WHERE ${conditions.join(' AND ')} ${upTo ? '' : settled(kind)}
      ORDER BY ${kind === 'postgres' ? 'xid, seq' : 'seq'} LIMIT ?`,
    [...bindings, limit],
  );
  return rows.map(eventOf);
}

/** Most readers look at few of the events they pass: what the others hold is not parsed. */
function eventOf(row: EventRow): DomainEvent {
  let data: EventData[EventType] | undefined;
  return {
    id: row.id,
    cursor: cursorOf(row),
    type: row.type,
    accountId: row.account_id,
    subjectId: row.subject_id,
    at: row.at,
    get data() {
      return (data ??= JSON.parse(row.data) as EventData[EventType]);
    },
  };
}

/** Where the events end now. */
export async function lastPosition(tx: Transaction): Promise<Position> {
  const kind = databaseKind(tx);
  const row = await selectOne<Position>(
    tx,
    `SELECT xid, seq FROM sms_events WHERE true ${settled(kind)} ORDER BY ${kind === 'postgres' ? 'xid DESC, seq DESC' : 'seq DESC'} LIMIT 1`,
  );
  return row ?? beginning;
}

/**
 * A database that was restored into a new PostgreSQL cluster counts its transactions from the beginning again, and
 * what it stored before would lie in the future. Such events and places are set before all that is to come.
 */
export function rebaseEvents(kind: Database['kind']): Statement[] {
  if (kind === 'sqlite') return [];
  const now = 'CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)';
  return ['sms_events', 'sms_consumers'].map((table) => ({
    sql: `UPDATE ${table} SET xid = 0 WHERE xid > ${now}`,
    bindings: [],
  }));
}

/** Takes out events older than a time; a part of housekeeping. Readers that far behind have been away for weeks. */
export function forgetEvents(before: number): Statement {
  return { sql: 'DELETE FROM sms_events WHERE at < ?', bindings: [before] };
}
