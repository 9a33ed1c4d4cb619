import { lanes, type ClaimedJob, type Lane, type NewJob } from '../queue/job.js';
import { claimJobs, jobsClaimedBy, returnJobs, turnsBeingServed } from '../queue/job.store.js';
import type { LeaseWorker } from '../queue/lease.worker.js';
import type { Turns } from '../queue/turns.js';
import type { Clock, Database, Logger } from '../runtime.js';
import { pause, Signal } from '../signal.js';
import { parsePayload } from './job-payload.js';
import { Pace } from './pace.js';
import type { RecordOutcomes } from './record-outcomes.js';
import { Throttle } from './throttle.js';
import type { OutboundMessage, SubmitOutcome, Transport } from './transport.js';

export interface DispatchDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  turns: Turns;
  lease: LeaseWorker;
  outcomes: RecordOutcomes;
  jobsReady: Signal;
}

const claimLimit = 500;
/** The most messages a process has with one operator, submitted and not answered. */
const maxInFlight = 2_000;
/**
 * How many may be in flight before a lane is not served until there are fewer: the rest is kept for what is more urgent,
 * which would otherwise wait until a flood's outcomes are written.
 */
const laneInFlight = { promotional: 1_000, transactional: 1_500 } as const;
/**
 * With so many in flight that there is no room for a whole claim, a claim waits so long for more room: the operator has
 * enough to do, and to claim one job for each that is answered would be a trip for each message.
 */
const gatherMs = 20;
/** How often to look for jobs that another process has queued. */
const lookEveryMs = 200;
/** How soon to look again for what was left because too much is in flight. */
const crowdedLookMs = 20;
/** One claim in so many serves the least urgent lane first. */
const patientEvery = 10;
const turnsEveryMs = 2_000;
/** How long after a claim that failed its commit may still turn up: the answer may be what was lost. */
const doubtMs = 30_000;
/** How long transports have to settle what they were told to give up. */
const lastAnswersMs = 1_000;

/** Messages that go from their acceptance straight to the operator, once they are written down as claimed. */
export interface Handover {
  /** Whose claim their jobs are to be written as. */
  workerId: string;
  /** Submits them: they are written. */
  submit(jobs: readonly NewJob[]): void;
  /** They were not written, or nobody knows whether they were. */
  giveUp(isKnown: boolean): void;
}

/** Moves jobs of one transport from the queue to the operator. */
export class DispatchWorker {
  readonly #throttle: Throttle;
  readonly #pace = new Pace();
  readonly #stopping = new AbortController();
  readonly #aborting = new AbortController();
  #running: Promise<void> | undefined;
  /** The jobs this process has claimed and whose outcome is not written yet. */
  readonly #inHand = new Set<string>();
  /** Jobs that were submitted and whose outcome could not be written: these are never given back as unseen. */
  readonly #unwritten = new Set<string>();
  /** Raised when an outcome has been written, so that there is room for more in flight. */
  readonly #settled = new Signal();
  #claims = 0;
  #turnsReadAt = 0;
  #inDoubtUntil = 0;
  /** Whether something urgent may stand in line, which nothing that comes later may overtake. */
  #hasUrgentInLine = true;

  constructor(
    private readonly transport: Transport,
    private readonly deps: DispatchDeps,
  ) {
    this.#throttle = new Throttle(transport.segmentsPerSecond ?? Infinity, deps.clock.now());
  }

  get route(): string {
    return this.transport.name;
  }

  /** Segments a second: what the operator takes, else how fast it has been going here; null when nothing is known. */
  get segmentsPerSecond(): number | null {
    return this.transport.segmentsPerSecond ?? this.#pace.perSecond(this.deps.clock.now());
  }

  /** Messages with the operator, not answered yet. */
  get inFlight(): number {
    return this.#inHand.size;
  }

  start(): void {
    this.#running = this.#run();
  }

  /**
   * Makes room for urgent messages that have not been written yet, so that they need not be claimed afterwards: that is
   * half of their way. Undefined when they have to stand in line.
   */
  handOver(messages: readonly Pick<NewJob, 'id' | 'segments'>[]): Handover | undefined {
    const { clock, lease, turns } = this.deps;
    const segments = messages.reduce((sum, message) => sum + message.segments, 0);
    if (this.#hasUrgentInLine || !this.#hasRoomFor(messages.length, segments)) {
      this.#hasUrgentInLine = true;
      return undefined;
    }
    this.#throttle.take(segments);
    for (const { id } of messages) this.#inHand.add(id);
    const { term } = lease;
    return {
      workerId: lease.workerId,
      submit: (jobs) => {
        this.#throttle.giveBack(segments);
        for (const { lane, turn } of jobs) turns.serve(this.route, lanes[lane], turn);
        const claimed = jobs.map((job): ClaimedJob => ({ ...job, lane: lanes[job.lane], attempts: 1 }));
        if (lease.isStill(term)) this.#submit(claimed);
        else this.#returnLater(claimed);
      },
      giveUp: (isKnown) => {
        this.#throttle.giveBack(segments);
        for (const { id } of messages) this.#inHand.delete(id);
        if (!isKnown) this.#inDoubtUntil = clock.now() + doubtMs;
      },
    };
  }

  #hasRoomFor(messages: number, segments: number): boolean {
    const nowMs = this.deps.clock.now();
    return (
      this.#running !== undefined &&
      !this.#stopping.signal.aborted &&
      this.deps.lease.isHeld() &&
      nowMs >= this.#inDoubtUntil &&
      this.#inHand.size + messages <= maxInFlight &&
      this.#throttle.available(nowMs) >= segments
    );
  }

  /** Stops claiming, waits for answers until the deadline, then asks the transport to give up the rest. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const settled = this.#settled.waiter();
    const untilSettled = async (untilMs: number): Promise<void> => {
      while (this.#inHand.size > 0 && Date.now() < untilMs) await settled.wait(50);
    };
    await untilSettled(Date.now() + deadlineMs);
    this.#aborting.abort();
    await untilSettled(Date.now() + lastAnswersMs);
  }

  async #run(): Promise<void> {
    const ready = this.deps.jobsReady.waiter();
    while (!this.#stopping.signal.aborted) {
      try {
        const claimed = await this.#claim();
        if (claimed.length > 0) this.#submit(claimed);
        else await ready.wait(this.#leastUrgent ? crowdedLookMs : lookEveryMs, this.#stopping.signal);
      } catch (error) {
        this.deps.logger.error({ err: error, transport: this.transport.name }, 'jobs could not be claimed');
        this.#inDoubtUntil = this.deps.clock.now() + doubtMs;
        await pause(1_000, this.#stopping.signal);
      }
    }
  }

  /** Claims what may leave now, and no more: what is claimed is as good as sent. */
  async #claim(): Promise<ClaimedJob[]> {
    const { database, clock, lease, turns } = this.deps;
    const { name } = this.transport;
    const allowed = await this.#untilAllowed();
    if (allowed < 1 || !lease.isHeld()) return [];
    const nowMs = clock.now();
    if (nowMs < this.#inDoubtUntil) await this.#returnUnseen();
    if (nowMs - this.#turnsReadAt > turnsEveryMs) {
      this.#turnsReadAt = nowMs;
      const served = await database.read((tx) => turnsBeingServed(tx, name));
      for (const { lane, turn } of served) turns.serve(name, lane, turn);
    }
    const leastUrgent = this.#leastUrgent;
    const order = ++this.#claims % patientEvery === 0 ? 'patient' : 'urgent';
    const limit = Math.min(claimLimit, maxInFlight - this.#inHand.size, allowed);
    const claim = {
      route: name,
      workerId: lease.workerId,
      limit,
      maxSegments: allowed,
      order,
      ...(leastUrgent && { leastUrgent }),
    } as const;
    const { term } = lease;
    const jobs = await database.writeOne((tx) => claimJobs(tx, claim), { urgency: 'soon' });
    if (order === 'urgent') this.#hasUrgentInLine = isShort(jobs, limit, allowed);
    // A process that was frozen while it claimed has lost its lease, and may not send what it holds.
    if (jobs.length > 0 && !lease.isStill(term)) {
      await this.#return(jobs);
      return [];
    }
    for (const { lane, turn } of jobs) turns.serve(name, lane, turn);
    return jobs;
  }

  async #return(jobs: readonly ClaimedJob[]): Promise<void> {
    const { database, lease } = this.deps;
    const ids = jobs.map(({ id }) => id);
    await database.commit([returnJobs(database.kind, ids, lease.workerId)]);
  }

  /** What cannot be given back now is found in the line of those that were claimed and never seen. */
  #returnLater(jobs: readonly ClaimedJob[]): void {
    this.#return(jobs)
      .catch((error: unknown) => {
        this.deps.logger.error({ err: error }, 'jobs could not be given back');
        this.#inDoubtUntil = this.deps.clock.now() + doubtMs;
      })
      .finally(() => {
        for (const { id } of jobs) this.#inHand.delete(id);
      });
  }

  /** Gives back what a claim took whose answer never reached us: nobody else would, while our lease is held. */
  async #returnUnseen(): Promise<void> {
    const { database, lease, logger } = this.deps;
    const claimed = await database.read((tx) => jobsClaimedBy(tx, this.transport.name, lease.workerId));
    const unseen = claimed.filter((id) => !this.#inHand.has(id) && !this.#unwritten.has(id));
    if (unseen.length === 0) return;
    logger.warn({ jobs: unseen.length }, 'a claim was made whose answer was lost; its jobs are given back');
    await database.commit([returnJobs(database.kind, unseen, lease.workerId)]);
  }

  /** The last lane that is served while so much is in flight; undefined when all are. */
  get #leastUrgent(): Lane | undefined {
    if (this.#inHand.size >= laneInFlight.transactional) return 'otp';
    return this.#inHand.size >= laneInFlight.promotional ? 'transactional' : undefined;
  }

  /** Waits for room in flight and for the operator's pace; answers how many segments may leave, 0 at the end. */
  async #untilAllowed(): Promise<number> {
    const { signal } = this.#stopping;
    const settled = this.#settled.waiter();
    let hasGathered = false;
    while (!signal.aborted) {
      const allowed = this.#throttle.available(this.deps.clock.now());
      const room = maxInFlight - this.#inHand.size;
      if (room <= 0) await settled.wait(1_000, signal);
      else if (allowed < 1) await pause(Math.min(this.#throttle.waitMs(), 1_000), signal);
      else if (room < claimLimit && !hasGathered) {
        hasGathered = true;
        await pause(gatherMs, signal);
      } else return allowed;
    }
    return 0;
  }

  #submit(jobs: readonly ClaimedJob[]): void {
    const nowMs = this.deps.clock.now();
    const fresh: ClaimedJob[] = [];
    const messages: OutboundMessage[] = [];
    for (const job of jobs) {
      const payload = parsePayload(job.payload);
      if (payload.x <= nowMs) {
        this.#record(job, Promise.resolve({ kind: 'expired' }));
        continue;
      }
      this.#throttle.take(job.segments);
      this.#pace.add(job.segments, this.deps.clock.now());
      fresh.push(job);
      messages.push({
        id: job.id,
        recipient: payload.r,
        sender: payload.f,
        text: payload.t,
        encoding: payload.e,
        segments: job.segments,
        expiresAt: payload.x,
        attempt: job.attempts,
      });
    }
    const outcomes = this.#handOver(messages);
    fresh.forEach((job, index) => this.#record(job, outcomes[index] ?? unanswered('the transport gave no outcome')));
  }

  #handOver(messages: readonly OutboundMessage[]): Promise<SubmitOutcome>[] {
    if (messages.length === 0) return [];
    try {
      return this.transport.submit(messages, this.#aborting.signal);
    } catch (error) {
      this.deps.logger.error({ err: error, transport: this.transport.name }, 'a transport threw at submit');
      return [];
    }
  }

  #record(job: ClaimedJob, answer: Promise<SubmitOutcome | { kind: 'expired' }>): void {
    const { outcomes, lease, logger, clock } = this.deps;
    this.#inHand.add(job.id);
    answer
      .catch((error: unknown) => unanswered(error instanceof Error ? error.message : 'the transport failed'))
      .then((outcome) => {
        if (outcome.kind === 'deferred') this.#throttle.slowDown(clock.now());
        return outcomes.record({ job, outcome, transport: this.transport, workerId: lease.workerId });
      })
      .catch((error: unknown) => {
        this.#unwritten.add(job.id);
        logger.error({ err: error, messageId: job.id }, 'an outcome could not be written');
      })
      .finally(() => {
        this.#inHand.delete(job.id);
        this.#settled.raise();
      });
  }
}

/** Whether a claim may have left urgent jobs where they were: it took nothing else, and as much as it might. */
const isShort = (jobs: readonly ClaimedJob[], limit: number, maxSegments: number): boolean =>
  jobs.length > 0 &&
  jobs.every(({ lane }) => lane === lanes.otp) &&
  (jobs.length === limit || jobs.reduce((sum, { segments }) => sum + segments, 0) >= maxSegments);

/** A submit that failed in an unforeseen way may have reached the operator. */
const unanswered = (detail: string): Promise<SubmitOutcome> => Promise.resolve({ kind: 'unknown', detail });
