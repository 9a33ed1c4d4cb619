import { moveCredits } from '../ledger/ledger.store.js';
import { holdStateAfter, settlementOf } from '../ledger/transfer.js';
import { Loop } from '../loop.js';
import { appendEvents } from '../outbox/event.store.js';
import { abandonedJobs, nextDueAt, promoteDueJobs, returnJobs, type AbandonedJob } from '../queue/job.store.js';
import { CommitConflict, type Clock, type Database, type Ids, type Logger } from '../runtime.js';
import type { Signal } from '../signal.js';
import { messageEvent } from './message-event.js';
import { changeStates, overdueMessages, messageOf, type MessageRow } from './message.store.js';
import type { RecordOutcomes } from './record-outcomes.js';
import type { SendingPolicies } from './sending-policy.js';
import type { Transport } from './transport.js';

export interface FollowUpDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** The name this process claims jobs under. */
  workerId: string;
  transports: readonly Transport[];
  outcomes: RecordOutcomes;
  policies: SendingPolicies;
  jobsReady: Signal;
  eventsReady: Signal;
}

const lookEveryMs = 250;
const recoverEveryMs = 2_000;
const overdueEveryMs = 1_000;
const batch = 500;

/**
 * Looks after messages nobody is busy with: scheduled ones whose time has come, those whose worker died, and those
 * whose receipt is overdue.
 */
export class FollowUpWorker extends Loop {
  #recoveredAt = 0;
  #overdueAt = 0;

  constructor(private readonly deps: FollowUpDeps) {
    super();
  }

  protected failed(error: unknown): number {
    this.deps.logger.error({ err: error }, 'messages could not be followed up');
    return lookEveryMs;
  }

  protected async round(): Promise<number> {
    const nowMs = this.deps.clock.now();
    await this.#promote(nowMs);
    if (nowMs - this.#recoveredAt >= recoverEveryMs) {
      this.#recoveredAt = nowMs;
      await this.#recover(nowMs);
    }
    if (nowMs - this.#overdueAt >= overdueEveryMs) {
      this.#overdueAt = nowMs;
      await this.#giveUpReceipts(nowMs);
    }
    return lookEveryMs;
  }

  async #promote(nowMs: number): Promise<void> {
    const { database, jobsReady } = this.deps;
    const dueAt = await database.read((tx) => nextDueAt(tx));
    if (dueAt === null || dueAt > nowMs) return;
    let promoted: number;
    do {
      promoted = await database.write((tx) => promoteDueJobs(tx, nowMs, batch));
      if (promoted > 0) jobsReady.raise();
    } while (promoted === batch && !this.signal.aborted);
  }

  /**
   * A dead worker's jobs may have been submitted. An operator that recognises repeats is handed them again; with any
   * other they wait for their receipt, because to send again blindly is to charge and to disturb twice.
   */
  async #recover(nowMs: number): Promise<void> {
    const { database, transports, outcomes, jobsReady, logger, workerId } = this.deps;
    const jobs = await database.read((tx) => abandonedJobs(tx, nowMs, workerId, batch));
    if (jobs.length === 0) return;
    logger.warn({ jobs: jobs.length }, 'jobs of a worker that died are taken over');
    const transportOf = (job: AbandonedJob): Transport | undefined => transports.find(({ name }) => name === job.route);
    for (const job of jobs) {
      const transport = transportOf(job);
      if (!transport) continue;
      if (transport.recognisesRepeats) {
        await database.commit([returnJobs(database.kind, [job.id], job.workerId)]);
        jobsReady.raise();
      } else {
        const outcome = { kind: 'unknown', detail: 'its worker died before the answer came' } as const;
        await outcomes.record({ job, outcome, transport, workerId: job.workerId });
      }
    }
  }

  async #giveUpReceipts(nowMs: number): Promise<void> {
    const { database } = this.deps;
    let overdue: MessageRow[];
    do {
      overdue = await database.read((tx) => overdueMessages(tx, nowMs, batch));
      try {
        await this.#settleUnknown(overdue, nowMs);
      } catch (error) {
        if (!(error instanceof CommitConflict)) throw error;
        // A receipt came just now for one of them; the others are settled one by one.
        for (const row of overdue) await this.#settleUnknown([row], nowMs).catch(ignoreConflict);
      }
    } while (overdue.length === batch && !this.signal.aborted);
  }

  /** Nothing is charged that cannot be shown to have been handed over. */
  async #settleUnknown(rows: readonly MessageRow[], nowMs: number): Promise<void> {
    if (rows.length === 0) return;
    const { database, ids, policies, eventsReady } = this.deps;
    const { kind } = database;
    const settled = await Promise.all(
      rows.map(async (row) => {
        const { account } = await policies.of(row.account_id);
        const end = { handedOver: false, delivered: false };
        return { row, transfer: settlementOf(row.hold_state, account.refundPolicy, end) };
      }),
    );
    await database.commit([
      ...changeStates(
        kind,
        settled.map(({ row, transfer }) => ({
          accountId: row.account_id,
          messageId: row.id,
          from: { state: row.state, segmentsDelivered: row.segments_delivered, segmentsFailed: row.segments_failed },
          to: 'unknown',
          holdState: transfer ? holdStateAfter[transfer] : row.hold_state,
          segmentsDelivered: row.segments_delivered,
          segmentsFailed: row.segments_failed,
          receiptsDue: null,
          errorCode: 'upstream_unknown',
          errorDetail: 'no receipt came in time',
          upstreamError: row.upstream_error,
          submittedAt: null,
          finalAt: nowMs,
          watchUntil: null,
          transition: { state: 'unknown', at: nowMs, source: 'timeout' },
        })),
      ),
      ...moveCredits(
        kind,
        settled.flatMap(({ row, transfer }) =>
          transfer
            ? [{ subjectId: row.id, accountId: row.account_id, kind: transfer, amount: row.cost, at: nowMs }]
            : [],
        ),
      ),
      ...appendEvents(
        kind,
        ids,
        settled.flatMap(({ row }) => messageEvent(messageOf(row), 'unknown', nowMs, 'upstream_unknown')),
      ),
    ]);
    eventsReady.raise();
  }
}

function ignoreConflict(error: unknown): void {
  if (!(error instanceof CommitConflict)) throw error;
}
