import type { DomainEvent } from '../events.js';
import { CommitConflict, type Clock, type Database, type Logger, type Statement } from '../runtime.js';
import { pause, type Signal } from '../signal.js';
import { leaveConsumer, moveConsumer, takeConsumer } from './consumer.store.js';
import { eventsAfter, lastPosition, parseCursor, type EventFilter, type Position } from './event.store.js';

export interface ConsumerDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  /** The lease this process holds its places under. */
  workerId: string;
  eventsReady: Signal;
}

/**
 * Handles a batch of events, and answers with what is to be written in the commit that moves the reader on. Called
 * again with the same events when it throws or the process ends first.
 */
export type HandleEvents = (events: readonly DomainEvent[]) => Promise<{
  statements: readonly Statement[];
  /** Nothing came of these events, and nothing would if they were read again: the reader's place need not be written. */
  isPassed?: boolean;
  /** How many were handled before one failed; all when absent. The reader moves on to there. */
  handled?: number;
  failure?: unknown;
  /** Called once the commit stands. */
  committed?: () => void;
}>;

const usualBatch = 500;
const lookEveryMs = 200;
/** Every commit says that there are events. So soon after a look there are few, and each look is a trip. */
const gatherMs = 10;
/** How often a place is written at least while nothing comes of what is read. */
const placeEveryMs = 1_000;
const takeEveryMs = 1_000;
const longestRetryMs = 60_000;

/** Reads the outbox from where its name left off, in order, at least once, in one process at a time. */
export class EventConsumer {
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #position: Position | undefined;
  #placedAt = 0;
  /** Whether the database knows how far we have come. */
  #isPlaced = true;

  constructor(
    readonly name: string,
    private readonly handle: HandleEvents,
    private readonly deps: ConsumerDeps,
    /** Which events it reads; all unless said otherwise. */
    private readonly filter: EventFilter = {},
    private readonly batch = usualBatch,
  ) {}

  /** Resolves once the reader's place is known, so that what happens from then on is heard. */
  async start(): Promise<void> {
    this.#position = await this.#take();
    this.#running = this.#run();
  }

  /** A handler that does not answer until the deadline is left behind; its event is offered again at the next start. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, deadlineMs)));
    await Promise.race([this.#running, deadline]);
    clearTimeout(timer);
    if (!this.#position) return;
    const { database, workerId } = this.deps;
    const place = this.#isPlaced ? [] : [moveConsumer(this.name, workerId, this.#position)];
    try {
      await database.commit([...place, leaveConsumer(this.name, workerId)]);
    } catch (error) {
      // Another process has taken the place already.
      if (!(error instanceof CommitConflict)) throw error;
    }
  }

  async #run(): Promise<void> {
    const { logger, eventsReady } = this.deps;
    const ready = eventsReady.waiter();
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        const read = await this.#step();
        failures = 0;
        if (read > 0 && read < this.batch) await pause(gatherMs, this.#stopping.signal);
        else if (read === 0) await ready.wait(this.#position ? lookEveryMs : takeEveryMs, this.#stopping.signal);
      } catch (error) {
        if (error instanceof CommitConflict) {
          // Our lease ran out and another process reads on; wait for our turn.
          this.#position = undefined;
          continue;
        }
        failures++;
        logger.error({ err: error, consumer: this.name, failures }, 'events could not be handled; trying again');
        const delayMs = Math.min(longestRetryMs, 100 * 2 ** Math.min(failures, 12));
        await pause(delayMs, this.#stopping.signal);
      }
    }
  }

  /** Handles the next batch; answers how many events it held. */
  async #step(): Promise<number> {
    const { database } = this.deps;
    this.#position ??= await this.#take();
    const position = this.#position;
    if (!position) return 0;
    const events = await database.read((tx) => eventsAfter(tx, position, this.batch, this.filter));
    if (events.length === 0) return 0;
    const { statements, isPassed, handled = events.length, failure, committed } = await this.handle(events);
    const last = events[handled - 1];
    if (last) {
      const next = parseCursor(last.cursor);
      const nowMs = this.deps.clock.now();
      this.#isPlaced = isPassed !== true || nowMs - this.#placedAt >= placeEveryMs;
      if (this.#isPlaced) {
        await database.commit([...statements, moveConsumer(this.name, this.deps.workerId, next)]);
        this.#placedAt = nowMs;
      }
      this.#position = next;
      committed?.();
    }
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error('an event handler failed');
    return events.length;
  }

  async #take(): Promise<Position | undefined> {
    const { database, workerId, clock } = this.deps;
    const start = await database.read((tx) => lastPosition(tx));
    return database.write((tx) => takeConsumer(tx, { name: this.name, workerId, start, nowMs: clock.now() }));
  }
}
