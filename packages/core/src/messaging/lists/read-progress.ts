import { countListJobs } from '../../queue/job.store.js';
import type { Transaction } from '../../runtime.js';
import type { SendList } from './send-list.js';
import { findProgress } from './send-progress.store.js';

/** How far a list has come, as its owner shows it. What was handed over is counted a moment later than it leaves. */
export interface ListProgress {
  /** All rows of the list. */
  total: number;
  /** Not handed over yet, and still to be. */
  queued: number;
  /** Handed over to an operator, whatever became of it then. */
  sent: number;
  delivered: number;
  failed: number;
  cancelled: number;
  /** Opted out after the list was made; not charged. */
  skipped: number;
  /** Messages handed over in a second lately; null when none are. */
  rate: number | null;
  /** How long the rest will take at that rate, in milliseconds; null when that cannot be told. */
  remainingMs: number | null;
}

export async function readProgress(tx: Transaction, list: SendList): Promise<ListProgress> {
  const counted = (await findProgress(tx, [list.owner.id])).get(list.owner.id);
  const { state, rows, position, messages } = list;
  const isOver = state === 'completed' || state === 'cancelled';
  const queued = isOver ? 0 : rows - position + (await countListJobs(tx, list.id));
  const rate = state === 'sending' && counted?.rate ? counted.rate / 1_000 : null;
  return {
    total: rows,
    queued,
    sent: counted?.submitted ?? 0,
    delivered: counted?.delivered ?? 0,
    failed: counted?.failed ?? 0,
    cancelled: counted?.cancelled ?? 0,
    skipped: position - messages,
    rate,
    remainingMs: rate === null ? null : Math.round((queued / rate) * 1_000),
  };
}
