import { CommitByAccount } from '../commit-by-account.js';
import { groupBy } from '../group-by.js';
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
import type { NamesUnderWay } from './names-under-way.js';
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
  naming: NamesUnderWay;
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
  readonly #group: CommitByAccount<Settled, undefined>;
  #patient = true;

  constructor(private readonly deps: RecorderDeps) {
    this.#group = new CommitByAccount(
      {
        // A job that is no longer this worker's has been settled by another; what its neighbours write stands.
        commit: (settled, options) => this.#commit(settled, options),
        accountOf: ({ job }) => job.accountId,
        answerOf: () => undefined,
      },
      { maxWeight: maxBatch },
    );
  }

  record(outcome: Outcome): Promise<undefined> {
    const settled = this.#settle(outcome);
    const written = this.#group.add(settled);
    this.deps.naming.add(settled.settlement.segments, written);
    return written;
  }

  drained(): Promise<void> {
    return this.#group.drained();
  }

  /** From here on a database that fails is not waited for: the process is ending. */
  hurry(): void {
    this.#patient = false;
    this.#group.hurry();
  }

  #settle(given: Outcome): Settled {
    const { clock, random, receiptGraceMs, logger } = this.deps;
    const settled = (outcome: DispatchOutcome): Settled => {
      const world = { nowMs: clock.now(), random: random(), receiptGraceMs };
      return { ...given, outcome, settlement: settleOutcome(given.job, outcome, given.transport, world) };
    };
    try {
      return settled(given.outcome);
    } catch (error) {
      // An answer that is no outcome leaves open whether the operator has the message; its neighbours' stand.
      logger.error({ err: error, transport: given.transport.name }, 'a transport gave a malformed outcome');
      return settled({ kind: 'unknown', detail: 'the transport gave a malformed outcome' });
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
