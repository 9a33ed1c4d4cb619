import { execute, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Position } from './event.store.js';

/** The name a commit is undone under when another process has taken a reader's place. */
export const ownConsumer = 'consumer';

/**
 * Takes a reader's place, unless a process that lives holds it. A new reader begins where the events end now.
 * Returns where it has come to, or undefined when the place is taken.
 */
export async function takeConsumer(
  tx: Transaction,
  consumer: { name: string; workerId: string; start: Position; nowMs: number },
): Promise<Position | undefined> {
  const { name, workerId, start, nowMs } = consumer;
  await execute(tx, {
    sql: 'INSERT INTO sms_consumers (name, xid, seq) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING',
    bindings: [name, start.xid, start.seq],
  });
  return selectOne<Position>(
    tx,
    `UPDATE sms_consumers SET worker_id = ? WHERE name = ? AND (worker_id IS NULL OR worker_id = ?
        OR NOT EXISTS (SELECT 1 FROM sms_workers w WHERE w.id = sms_consumers.worker_id AND w.expires_at > ?))
     RETURNING xid, seq`,
    [workerId, name, workerId, nowMs],
  );
}

/** Moves a reader on; undone when it is no longer ours. */
export function moveConsumer(name: string, workerId: string, to: Position): Statement {
  return {
    sql: 'UPDATE sms_consumers SET xid = ?, seq = ? WHERE name = ? AND worker_id = ?',
    bindings: [to.xid, to.seq, name, workerId],
    expect: { rows: 1, name: ownConsumer },
  };
}

/**
 * Has every reader take its place again, and so read again what it has read and written nothing of: for who has changed
 * events, and does not want written what they were.
 */
export const restartConsumers: Statement = { sql: 'UPDATE sms_consumers SET worker_id = NULL', bindings: [] };

export function leaveConsumer(name: string, workerId: string): Statement {
  return {
    sql: 'UPDATE sms_consumers SET worker_id = NULL WHERE name = ? AND worker_id = ?',
    bindings: [name, workerId],
  };
}
