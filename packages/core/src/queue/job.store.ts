import {
  databaseKind,
  execute,
  idSet,
  insertRows,
  isAmong,
  recordset,
  select,
  selectOne,
  type Columns,
} from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import { lanes, type ClaimedJob, type Lane, type NewJob } from './job.js';

const jobColumns: Columns = {
  id: 'uuid',
  account_id: 'uuid',
  route: 'text',
  lane: 'integer',
  turn: 'bigint',
  run_at: 'bigint',
  segments: 'integer',
  list_id: 'uuid',
  payload: 'text',
  worker_id: 'uuid',
  attempts: 'integer',
};

/** The name a commit is undone under when a job is no longer its worker's. */
export const ownClaim = 'claim';

export function enqueue(kind: Database['kind'], jobs: readonly NewJob[]): Statement {
  return insertRows(
    kind,
    'sms_jobs',
    jobColumns,
    jobs.map((job) => ({
      id: job.id,
      account_id: job.accountId,
      route: job.route,
      lane: lanes[job.lane],
      turn: job.turn,
      run_at: job.runAt,
      segments: job.segments,
      list_id: job.listId,
      payload: job.payload,
      worker_id: job.workerId,
      attempts: job.workerId === null ? 0 : 1,
    })),
  );
}

interface JobRow {
  id: string;
  account_id: string;
  lane: number;
  turn: number;
  attempts: number;
  segments: number;
  payload: string;
}

const claimedOf = (row: JobRow): ClaimedJob => ({
  id: row.id,
  accountId: row.account_id,
  lane: row.lane,
  turn: row.turn,
  attempts: row.attempts,
  segments: row.segments,
  payload: row.payload,
});

/**
 * Hands the next ready jobs of a route to a worker. This is where the databases differ: on PostgreSQL several
 * processes claim side by side, each stepping over the rows the others hold; SQLite has one writer, so nobody is
 * in the way.
 *
 * @param claim.order `urgent` serves lanes in their order; `patient` serves the least urgent first. A dispatcher
 *   claims patiently now and then, so that a flood of urgent messages delays the others but never starves them.
 * @param claim.leastUrgent the last lane that is served; all unless given
 * @param claim.maxSegments what the operator's pace lets leave now; the last message may exceed it by its own length
 */
export async function claimJobs(
  tx: Transaction,
  claim: {
    route: string;
    workerId: string;
    limit: number;
    maxSegments?: number;
    order: 'urgent' | 'patient';
    leastUrgent?: Lane;
  },
): Promise<ClaimedJob[]> {
  const served = claim.leastUrgent === undefined ? '' : `AND lane <= ${lanes[claim.leastUrgent]}`;
  const ready = `FROM sms_jobs WHERE route = ? AND worker_id IS NULL AND run_at IS NULL ${served}`;
  // Named by its number, so that the index gives the order of turns and nothing is sorted.
  const patient = claim.order === 'patient';
  const lane = patient ? `AND lane = (SELECT max(lane) ${ready})` : '';
  const kind = databaseKind(tx);
  const stepOver = kind === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';
  const next = (columns: string): string =>
    `SELECT ${columns} ${ready} ${lane} ORDER BY lane, turn LIMIT ? ${stepOver}`;
  const isPaced = claim.maxSegments !== undefined && claim.maxSegments < Infinity;
  const chosen = isPaced
    ? `SELECT id FROM (
         SELECT id, sum(segments) OVER (ORDER BY lane, turn, id) - segments AS before FROM (${next('*')}) n
       ) p WHERE before < ?`
    : next('id');
  const rows = await select<JobRow>(
    tx,
    `UPDATE sms_jobs SET worker_id = ?, attempts = attempts + 1 WHERE id ${isAmong(kind, chosen)}
     RETURNING id, account_id, lane, turn, attempts, segments, payload`,
    [
      claim.workerId,
      claim.route,
      ...(patient ? [claim.route] : []),
      claim.limit,
      ...(isPaced ? [claim.maxSegments] : []),
    ],
  );
  // RETURNING promises no order, and the order is the point of a queue.
  return rows.map(claimedOf).sort((a, b) => a.lane - b.lane || a.turn - b.turn);
}

/** Ends jobs that have their outcome. Undone when one of them is no longer this worker's. */
export function finishJobs(kind: Database['kind'], ids: readonly string[], workerId: string): Statement {
  const ended = idSet(kind, ids);
  return {
    sql: `DELETE FROM sms_jobs WHERE id IN (SELECT id FROM ${ended.sql}) AND worker_id = ?`,
    bindings: [ended.json, workerId],
    expect: { rows: ids.length, name: ownClaim },
  };
}

/** Puts claimed jobs back, to run at a later time. */
export function postponeJobs(
  kind: Database['kind'],
  jobs: readonly { id: string; runAt: number }[],
  workerId: string,
): Statement {
  const postponed = recordset(
    kind,
    { id: 'uuid', run_at: 'bigint' },
    jobs.map(({ id, runAt }) => ({ id, run_at: runAt })),
  );
  return {
    sql: `UPDATE sms_jobs AS q SET worker_id = NULL, run_at = j.run_at
          FROM ${postponed.sql} WHERE q.id = j.id AND q.worker_id = ?`,
    bindings: [postponed.json, workerId],
    expect: { rows: jobs.length, name: ownClaim },
  };
}

/** Gives claimed jobs back as they were, for a worker that stops before it submitted them. */
export function returnJobs(kind: Database['kind'], ids: readonly string[], workerId: string): Statement {
  const returned = idSet(kind, ids);
  return {
    sql: `UPDATE sms_jobs SET worker_id = NULL, attempts = attempts - 1
          WHERE id IN (SELECT id FROM ${returned.sql}) AND worker_id = ?`,
    bindings: [returned.json, workerId],
  };
}

/** The ids of a route's jobs that a worker has claimed. */
export async function jobsClaimedBy(tx: Transaction, route: string, workerId: string): Promise<string[]> {
  const rows = await select<{ id: string }>(tx, 'SELECT id FROM sms_jobs WHERE worker_id = ? AND route = ?', [
    workerId,
    route,
  ]);
  return rows.map(({ id }) => id);
}

/** Takes jobs out of the queue; undone when a worker has one of them, or nobody any more. */
export function withdrawJobs(kind: Database['kind'], ids: readonly string[]): Statement {
  const withdrawn = idSet(kind, ids);
  return {
    sql: `DELETE FROM sms_jobs WHERE id IN (SELECT id FROM ${withdrawn.sql}) AND worker_id IS NULL`,
    bindings: [withdrawn.json],
    expect: { rows: ids.length, name: ownClaim },
  };
}

/** Makes the jobs ready whose time has come; returns how many. They take the turn being served. */
export async function promoteDueJobs(tx: Transaction, nowMs: number, limit: number): Promise<number> {
  const stepOver = databaseKind(tx) === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';
  const rows = await select(
    tx,
    `UPDATE sms_jobs SET run_at = NULL WHERE id IN (
       SELECT id FROM sms_jobs WHERE run_at IS NOT NULL AND run_at <= ? ORDER BY run_at LIMIT ? ${stepOver}
     ) RETURNING id`,
    [nowMs, limit],
  );
  return rows.length;
}

/** When the next waiting job is due; null when none waits. */
export async function nextDueAt(tx: Transaction): Promise<number | null> {
  const [row] = await select<{ at: number | null }>(
    tx,
    'SELECT min(run_at) AS at FROM sms_jobs WHERE run_at IS NOT NULL',
  );
  return row?.at ?? null;
}

/** The turn each lane of a route is at. */
export async function turnsBeingServed(tx: Transaction, route: string): Promise<{ lane: number; turn: number }[]> {
  const turns: { lane: number; turn: number }[] = [];
  for (const lane of Object.values(lanes)) {
    const [row] = await select<{ turn: number | null }>(
      tx,
      `SELECT turn FROM sms_jobs
        WHERE route = ? AND lane = ? AND worker_id IS NULL AND run_at IS NULL ORDER BY turn LIMIT 1`,
      [route, lane],
    );
    if (row !== undefined && row.turn !== null) turns.push({ lane, turn: row.turn - 1 });
  }
  return turns;
}

/** How many jobs stand in each state; for metrics and for seeing that a queue has drained. */
export async function countJobs(tx: Transaction): Promise<{ ready: number; waiting: number; claimed: number }> {
  const [row] = await select<{ ready: number; waiting: number; claimed: number }>(
    tx,
    `SELECT (SELECT count(*) FROM sms_jobs WHERE worker_id IS NULL AND run_at IS NULL) AS ready,
            (SELECT count(*) FROM sms_jobs WHERE run_at IS NOT NULL) AS waiting,
            (SELECT count(*) FROM sms_jobs WHERE worker_id IS NOT NULL) AS claimed`,
  );
  return row ?? { ready: 0, waiting: 0, claimed: 0 };
}

/** How many jobs of a route wait for nothing but their turn; the index alone is read. */
export async function countReady(tx: Transaction, route: string): Promise<number> {
  const row = await selectOne<{ n: number }>(
    tx,
    'SELECT count(*) AS n FROM sms_jobs WHERE route = ? AND worker_id IS NULL AND run_at IS NULL',
    [route],
  );
  return row?.n ?? 0;
}

/** Renews a worker's lease, or takes it out. */
export function renewLease(tx: Transaction, workerId: string, expiresAt: number): Promise<void> {
  return execute(tx, {
    sql: `INSERT INTO sms_workers (id, expires_at) VALUES (?, ?)
          ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at`,
    bindings: [workerId, expiresAt],
  });
}

export function endLease(tx: Transaction, workerId: string): Promise<void> {
  return execute(tx, { sql: 'DELETE FROM sms_workers WHERE id = ?', bindings: [workerId] });
}

/** Takes out leases that ended long ago; a part of housekeeping. */
export function forgetLeases(before: number): Statement {
  return { sql: 'DELETE FROM sms_workers WHERE expires_at < ?', bindings: [before] };
}

export interface AbandonedJob extends ClaimedJob {
  route: string;
  /** The worker whose lease is over. */
  workerId: string;
}

/**
 * Jobs whose worker has not been heard of for longer than its lease. Our own are never among them: while we live,
 * their answers may still come.
 */
export async function abandonedJobs(
  tx: Transaction,
  nowMs: number,
  ownWorkerId: string,
  limit: number,
): Promise<AbandonedJob[]> {
  const rows = await select<JobRow & { route: string; worker_id: string }>(
    tx,
    `SELECT id, account_id, route, lane, turn, attempts, segments, payload, worker_id FROM sms_jobs
      WHERE worker_id IS NOT NULL AND worker_id <> ?
        AND NOT EXISTS (SELECT 1 FROM sms_workers w WHERE w.id = sms_jobs.worker_id AND w.expires_at > ?)
      LIMIT ?`,
    [ownWorkerId, nowMs, limit],
  );
  return rows.map((row) => ({ ...claimedOf(row), route: row.route, workerId: row.worker_id }));
}

/** When held-back jobs would run: never by themselves. */
export const heldBackUntil = 9_000_000_000_000_000;

/** Keeps the jobs of a list from being claimed; those a worker has are as good as sent. */
export function holdBackJobs(listId: string): Statement {
  return {
    sql: 'UPDATE sms_jobs SET run_at = ? WHERE list_id = ? AND worker_id IS NULL',
    bindings: [heldBackUntil, listId],
  };
}

/** Lets the jobs of a list be claimed again. */
export function letJobsGo(listId: string): Statement {
  return {
    sql: 'UPDATE sms_jobs SET run_at = NULL WHERE list_id = ? AND run_at = ?',
    bindings: [listId, heldBackUntil],
  };
}

/** How many jobs of a list wait in the queue or are with a worker. */
export async function countListJobs(tx: Transaction, listId: string): Promise<number> {
  const [row] = await select<{ jobs: number }>(tx, 'SELECT count(*) AS jobs FROM sms_jobs WHERE list_id = ?', [listId]);
  return row?.jobs ?? 0;
}

/** Jobs of a list that no worker has. */
export async function unclaimedJobs(tx: Transaction, listId: string, limit: number): Promise<string[]> {
  const rows = await select<{ id: string }>(
    tx,
    'SELECT id FROM sms_jobs WHERE list_id = ? AND worker_id IS NULL LIMIT ?',
    [listId, limit],
  );
  return rows.map(({ id }) => id);
}
