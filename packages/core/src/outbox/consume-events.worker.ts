import type { DomainEvent } from '../events.js';
import { CommitConflict, type Clock, type Database, type Logger, type Statement } from '../runtime.js';
import { pause, type Signal } from '../signal.js';
import { leaveConsumer, moveConsumer, takeConsumer } from './consumer.store.js';
import { eventsAfter, isLater, lastPosition, parseCursor, type EventFilter, type Position } from './event.store.js';

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

/**
 * Which events a reader is to be given at this time; `undefined` when nobody hears any. What it leaves out the reader
 * passes over without reading it.
 */
export type Heard = () => EventFilter | undefined | Promise<EventFilter | undefined>;

const usualBatch = 500;
const lookEveryMs = 200;
/** Every commit says that there are events. So soon after a look there are few or none, and each look is a trip. */
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
    private readonly heard: EventFilter | Heard = {},
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
        const came = await this.#step();
        failures = 0;
        if (came !== 'batch') await pause(gatherMs, this.#stopping.signal);
        if (came === 'none') await ready.wait(this.#position ? lookEveryMs : takeEveryMs, this.#stopping.signal);
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

  /** Handles the next batch; answers what there was: nothing new, something, or a whole batch and perhaps more. */
  async #step(): Promise<'none' | 'some' | 'batch'> {
    this.#position ??= await this.#take();
    const position = this.#position;
    if (!position) return 'none';
    const { events, end } = await this.#read(position);
    if (events.length === 0) {
      if (!end) return 'none';
      await this.#move(end, [], true);
      return 'some';
    }
    const { statements, isPassed = false, handled = events.length, failure, committed } = await this.handle(events);
    const last = events[handled - 1];
    if (last) {
      const next = handled === events.length && end ? end : parseCursor(last.cursor);
      await this.#move(next, statements, isPassed);
      committed?.();
    }
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error('an event handler failed');
    return events.length < this.batch ? 'some' : 'batch';
  }

  /** The next events that are heard and, when there are no more of them, where the events ended at this look. */
  async #read(position: Position): Promise<{ events: DomainEvent[]; end?: Position }> {
    const { database } = this.deps;
    const { heard, batch } = this;
    if (typeof heard !== 'function') {
      return { events: await database.read((tx) => eventsAfter(tx, position, batch, heard)) };
    }
    const end = await database.read((tx) => lastPosition(tx));
    if (!isLater(end, position)) return { events: [] };
    // Asked when the end is known: who has begun to hear by then hears what comes after it, and nothing before it is lost.
    const filter = await heard();
    const events = filter
      ? await database.read((tx) => eventsAfter(tx, position, batch, { ...filter, upTo: end }))
      : [];
    return events.length < batch ? { events, end } : { events };
  }

  async #move(to: Position, statements: readonly Statement[], isPassed: boolean): Promise<void> {
    const nowMs = this.deps.clock.now();
    this.#isPlaced = !isPassed || nowMs - this.#placedAt >= placeEveryMs;
    if (this.#isPlaced) {
      await this.deps.database.commit([...statements, moveConsumer(this.name, this.deps.workerId, to)]);
      this.#placedAt = nowMs;
    }
    this.#position = to;
  }

  async #take(): Promise<Position | undefined> {
    const { database, workerId, clock } = this.deps;
    const start = await database.read((tx) => lastPosition(tx));
    return database.write((tx) => takeConsumer(tx, { name: this.name, workerId, start, nowMs: clock.now() }));
  }
}
