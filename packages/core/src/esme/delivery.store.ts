import { databaseKind, idSet, insertRows, isAmong, recordset, select, selectOne } from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import type { EsmeDelivery, EsmeDeliveryOutcome } from './esme.js';

export interface NewEsmeDelivery {
  id: string;
  accountId: string;
  body: EsmeDelivery['body'];
  /** The process it was submitted to, which is asked first. */
  prefers: string | null;
  /** The process that has it in hand from the beginning. */
  workerId: string | null;
  at: number;
}

export function insertEsmeDeliveries(kind: Database['kind'], deliveries: readonly NewEsmeDelivery[]): Statement[] {
  if (deliveries.length === 0) return [];
  return [
    insertRows(
      kind,
      'sms_esme_deliveries',
      {
        id: 'uuid',
        account_id: 'uuid',
        body: 'text',
        prefers: 'uuid',
        worker_id: 'uuid',
        next_at: 'bigint',
        created_at: 'bigint',
      },
      deliveries.map(({ id, accountId, body, prefers, workerId, at }) => ({
        id,
        account_id: accountId,
        body: JSON.stringify(body),
        prefers,
        worker_id: workerId,
        next_at: at,
        created_at: at,
      })),
    ),
  ];
}

interface DeliveryRow {
  id: string;
  account_id: string;
  body: string;
  attempts: number;
  created_at: number;
}

export interface DeliveryClaim {
  workerId: string;
  nowMs: number;
  /** Deliveries another process should have told are taken from then on. */
  othersBefore: number;
}

const due = `d.worker_id IS NULL AND d.next_at <= ?
  AND (d.prefers IS NULL OR d.prefers = ? OR d.next_at <= ?)`;

/** Which of the accounts have something due. */
export async function accountsDue(
  tx: Transaction,
  accountIds: readonly string[],
  { workerId, nowMs, othersBefore }: DeliveryClaim,
): Promise<string[]> {
  const wanted = recordset(
    databaseKind(tx),
    { account_id: 'uuid' },
    accountIds.map((accountId) => ({ account_id: accountId })),
  );
  const rows = await select<{ account_id: string }>(
    tx,
    `SELECT j.account_id FROM ${wanted.sql}
      WHERE (SELECT 1 FROM sms_esme_deliveries d WHERE d.account_id = j.account_id AND ${due}
              ORDER BY d.next_at LIMIT 1) = 1`,
    [wanted.json, nowMs, workerId, othersBefore],
  );
  return rows.map(({ account_id: accountId }) => accountId);
}

/**
 * Hands an account's due deliveries to this process, the oldest first. They are read in the order of the index alone: to
 * order them by id as well, however few are wanted, all that is due would be sorted.
 */
export async function claimEsmeDeliveries(
  tx: Transaction,
  account: { accountId: string; room: number },
  { workerId, nowMs, othersBefore }: DeliveryClaim,
): Promise<EsmeDelivery[]> {
  const kind = databaseKind(tx);
  const stepOver = kind === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';
  const next = `SELECT d.id FROM sms_esme_deliveries d WHERE d.account_id = ? AND ${due}
                 ORDER BY d.next_at LIMIT ? ${stepOver}`;
  const rows = await select<DeliveryRow>(
    tx,
    `UPDATE sms_esme_deliveries SET worker_id = ? WHERE id ${isAmong(kind, next)}
     RETURNING id, account_id, body, attempts, created_at`,
    [workerId, account.accountId, nowMs, workerId, othersBefore, account.room],
  );
  return rows
    .map((row) => ({
      id: row.id,
      accountId: row.account_id,
      attempts: row.attempts,
      createdAt: row.created_at,
      body: JSON.parse(row.body) as EsmeDelivery['body'],
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Writes what became of deliveries this process had claimed. */
export function settleEsmeDeliveries(
  kind: Database['kind'],
  outcomes: readonly EsmeDeliveryOutcome[],
  workerId: string,
): Statement[] {
  const over = outcomes.filter(({ kind: how }) => how === 'told' || how === 'refused');
  const back = outcomes.filter((outcome) => outcome.kind === 'later' || outcome.kind === 'returned');
  const statements: Statement[] = [];
  if (over.length > 0) {
    const ended = idSet(
      kind,
      over.map(({ id }) => id),
    );
    statements.push({
      sql: `DELETE FROM sms_esme_deliveries WHERE id ${isAmong(kind, `SELECT id FROM ${ended.sql}`)} AND worker_id = ?`,
      bindings: [ended.json, workerId],
    });
  }
  if (back.length > 0) {
    const put = recordset(
      kind,
      { id: 'uuid', next_at: 'bigint', offers: 'integer' },
      back.map((outcome) =>
        outcome.kind === 'later'
          ? { id: outcome.id, next_at: outcome.nextAt, offers: 1 }
          : { id: outcome.id, next_at: null, offers: 0 },
      ),
    );
    statements.push({
      sql: `UPDATE sms_esme_deliveries AS d
            SET worker_id = NULL, attempts = d.attempts + j.offers, next_at = coalesce(j.next_at, d.next_at)
            FROM ${put.sql} WHERE d.id = j.id AND d.worker_id = ?`,
      bindings: [put.json, workerId],
    });
  }
  return statements;
}

/** Gives back everything a process has claimed, when it ends or when an answer to a claim was lost. */
export function returnEsmeDeliveries(workerId: string): Statement {
  return { sql: 'UPDATE sms_esme_deliveries SET worker_id = NULL WHERE worker_id = ?', bindings: [workerId] };
}

/**
 * Frees the deliveries of processes that died. An ESME may hear one twice; it knows it by its id. The index is asked for
 * one holder after the other, because they are few and what they hold, or what waits, may be much.
 */
export function freeAbandonedEsmeDeliveries(kind: Database['kind'], nowMs: number): Statement {
  const nextHolder = (after: string): string =>
    `(SELECT d.worker_id FROM sms_esme_deliveries d WHERE d.worker_id IS NOT NULL ${after} ORDER BY d.worker_id LIMIT 1)`;
  const dead = `WITH RECURSIVE holders (id) AS (
      SELECT ${nextHolder('')} UNION ALL SELECT ${nextHolder('AND d.worker_id > h.id')} FROM holders h WHERE h.id IS NOT NULL
    ) SELECT h.id FROM holders h WHERE h.id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM sms_workers w WHERE w.id = h.id AND w.expires_at > ?)`;
  return {
    sql: `UPDATE sms_esme_deliveries SET worker_id = NULL, prefers = NULL WHERE worker_id ${isAmong(kind, dead)}`,
    bindings: [nowMs],
  };
}

/** Takes out what nobody has come for; a part of housekeeping. */
export function forgetEsmeDeliveries(before: number): Statement {
  return { sql: 'DELETE FROM sms_esme_deliveries WHERE created_at < ?', bindings: [before] };
}

/** How many deliveries wait, of one account or of all. */
export async function countEsmeDeliveries(tx: Transaction, accountId?: string): Promise<number> {
  const row = await selectOne<{ n: number }>(
    tx,
    `SELECT count(*) AS n FROM sms_esme_deliveries ${accountId === undefined ? '' : 'WHERE account_id = ?'}`,
    accountId === undefined ? [] : [accountId],
  );
  return row?.n ?? 0;
}
