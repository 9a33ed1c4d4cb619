import { CommitByAccount } from '../commit-by-account.js';
import { groupBy } from '../group-by.js';
import type { Verdict } from '../group-commit.js';
import { moveCredits } from '../ledger/ledger.store.js';
import { appendEvents } from '../outbox/event.store.js';
import type { ClaimedJob } from '../queue/job.js';
import { finishJobs, postponeJobs } from '../queue/job.store.js';
import {
  CommitConflict,
  LockTimeout,
  type Clock,
  type CommitOptions,
  type Database,
  type Ids,
  type Logger,
  type Random,
  type Statement,
} from '../runtime.js';
import type { Signal } from '../signal.js';
import { changeStates } from './message.store.js';
import { insertSegments } from './segment.store.js';
import { settleOutcome, type DispatchOutcome, type NewSegment, type Settlement } from './settle-outcome.js';
import type { Transport } from './transport.js';

export interface Outcome {
  job: ClaimedJob;
  outcome: DispatchOutcome;
  transport: Transport;
  /** Who holds the job. */
  workerId: string;
}

interface Settled extends Outcome {
  settlement: Settlement;
}

export interface RecorderDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  random: Random;
  logger: Logger;
  eventsReady: Signal;
  receiptGraceMs: number;
  /** Told of segments the operator has just named, so that receipts which came first find them. */
  onSegments: (segments: readonly NewSegment[]) => void;
  /** Told when submits were recorded as unanswered: their receipts may have come first. */
  onUnanswered: () => void;
}

const maxBatch = 500;

/** How long to wait before an outcome the database would not take is offered again. */
const retryMs = [50, 250, 1_000, 2_000, 5_000] as const;

/** Writes what became of submits: job, message, money, segments and events in one commit, many outcomes at a time. */
export class RecordOutcomes {
  readonly #group: CommitByAccount<Outcome, undefined>;
  #patient = true;

  constructor(private readonly deps: RecorderDeps) {
    this.#group = new CommitByAccount((outcomes, options) => this.#write(outcomes, options), {
      maxWeight: maxBatch,
      accountOf: ({ job }) => job.accountId,
    });
  }

  record(outcome: Outcome): Promise<undefined> {
    return this.#group.add(outcome);
  }

  drained(): Promise<void> {
    return this.#group.drained();
  }

  /** From here on a database that fails is not waited for: the process is ending. */
  hurry(): void {
    this.#patient = false;
    this.#group.hurry();
  }

  async #write(outcomes: Outcome[], options: CommitOptions): Promise<Verdict<undefined>[]> {
    const { clock, random, receiptGraceMs } = this.deps;
    const nowMs = clock.now();
    const world = (): Parameters<typeof settleOutcome>[3] => ({ nowMs, random: random(), receiptGraceMs });
    const settled = outcomes.map((outcome): Settled => {
      try {
        return { ...outcome, settlement: settleOutcome(outcome.job, outcome.outcome, outcome.transport, world()) };
      } catch (error) {
        // An answer that is no outcome leaves open whether the operator has the message; its neighbours' stand.
        this.deps.logger.error(
          { err: error, transport: outcome.transport.name },
          'a transport gave a malformed outcome',
        );
        const unknown = { kind: 'unknown', detail: 'the transport gave a malformed outcome' } as const;
        const settlement = settleOutcome(outcome.job, unknown, outcome.transport, world());
        return { ...outcome, outcome: unknown, settlement };
      }
    });
    const verdicts = new Map<Settled, Verdict<undefined>>();
    await this.#writeOrSplit(settled, options, verdicts);
    return settled.map((one) => verdicts.get(one) ?? { error: new Error('An outcome was not written.') });
  }

  /**
   * A locked wallet makes its own account wait, and a job that is no longer this worker's has been settled by another:
   * what the others write stands.
   */
  async #writeOrSplit(
    settled: Settled[],
    options: CommitOptions,
    verdicts: Map<Settled, Verdict<undefined>>,
  ): Promise<void> {
    try {
      await this.#commit(settled, options);
      for (const one of settled) verdicts.set(one, { result: undefined });
    } catch (error) {
      const accounts = [...groupBy(settled, ({ job }) => job.accountId).values()];
      const smaller = error instanceof CommitConflict ? settled.map((one) => [one]) : accounts;
      const isSplit = (error instanceof CommitConflict || error instanceof LockTimeout) && smaller.length > 1;
      if (isSplit) for (const group of smaller) await this.#writeOrSplit(group, options, verdicts);
      else for (const one of settled) verdicts.set(one, { error });
    }
  }

  async #commit(settled: readonly Settled[], options: CommitOptions): Promise<void> {
    const statements = this.#statements(settled);
    for (let attempt = 0; ; attempt++) {
      try {
        await this.deps.database.commit(statements, options);
        break;
      } catch (error) {
        if (error instanceof CommitConflict || error instanceof LockTimeout || !this.#patient) throw error;
        this.deps.logger.error({ err: error, outcomes: settled.length }, 'outcomes could not be written; trying again');
        const delayMs = retryMs[Math.min(attempt, retryMs.length - 1)];
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
    this.deps.eventsReady.raise();
    const segments = settled.flatMap(({ settlement }) => settlement.segments);
    if (segments.length > 0) this.deps.onSegments(segments);
    if (settled.some(({ outcome }) => outcome.kind === 'unknown')) this.deps.onUnanswered();
  }

  #statements(settled: readonly Settled[]): Statement[] {
    const { database, ids } = this.deps;
    const { kind } = database;
    const statements: Statement[] = [];
    for (const [workerId, group] of groupBy(settled, (one) => one.workerId)) {
      const over = group.filter(({ settlement }) => settlement.retryAt === null).map(({ job }) => job.id);
      const again = group.flatMap(({ job, settlement }) =>
        settlement.retryAt === null ? [] : [{ id: job.id, runAt: settlement.retryAt }],
      );
      if (over.length > 0) statements.push(finishJobs(kind, over, workerId));
      if (again.length > 0) statements.push(postponeJobs(kind, again, workerId));
    }
    const settlements = settled.map(({ settlement }) => settlement);
    return [
      ...statements,
      ...changeStates(
        kind,
        settlements.flatMap(({ change }) => change ?? []),
      ),
      ...moveCredits(
        kind,
        settlements.flatMap(({ transfers }) => transfers),
      ),
      ...insertSegments(
        kind,
        settlements.flatMap(({ segments }) => segments),
      ),
      ...appendEvents(
        kind,
        ids,
        settlements.flatMap(({ events }) => events),
      ),
    ];
  }
}
