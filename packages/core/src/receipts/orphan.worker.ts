import { firstIdAt } from '../ids.js';
import type { NewSegment } from '../messaging/settle-outcome.js';
import { candidateKeys } from '../messaging/upstream-id.js';
import type { Clock, Database, Logger } from '../runtime.js';
import { Signal } from '../signal.js';
import { hasOrphans, orphansAfter, orphansFor, type Orphan } from './receipt.store.js';
import type { RecordReports } from './record-reports.js';

const sweepEveryMs = 5_000;
/** Two processes that pass each other by do so within moments; what is older waits for its segment to be named. */
const sweepForMs = 600_000;
const countEveryMs = 60_000;
const batch = 500;
/** Beyond this the sweep finds them. */
const mostFresh = 20_000;

/** Offers receipts that came before their message was known again, once it may be. */
export class OrphanWorker {
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  /** Whether the box may hold anything; saves a look for each batch of submits while it is empty. */
  #mayHoldAny = true;
  #sweptAt = 0;
  #countedAt = 0;
  #named: NewSegment[] = [];
  #fresh: Orphan[] = [];
  readonly #wake = new Signal();

  constructor(private readonly deps: { database: Database; clock: Clock; logger: Logger; reports: RecordReports }) {}

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /**
   * Receipts were put into the box. Their segments may have been named between the look for them and that: they are
   * offered once more at once.
   */
  filled(orphans: readonly Orphan[]): void {
    this.#mayHoldAny = true;
    if (this.#fresh.length + orphans.length > mostFresh) return;
    this.#fresh.push(...orphans);
    this.#wake.raise();
  }

  /** An operator has just named these segments: receipts for them may be waiting. */
  segmentsNamed(segments: readonly NewSegment[]): void {
    if (!this.#mayHoldAny) return;
    this.#named.push(...segments);
    this.#wake.raise();
  }

  /** Submits were recorded as unanswered: receipts that name them by our reference may be waiting. */
  sweepSoon(): void {
    if (!this.#mayHoldAny) return;
    this.#sweptAt = 0;
    this.#wake.raise();
  }

  async #run(): Promise<void> {
    const wake = this.#wake.waiter();
    while (!this.#stopping.signal.aborted) {
      try {
        if (this.#named.length > 0) await this.#matchNamed();
        if (this.#fresh.length > 0) await this.#offer(this.#fresh.splice(0, batch));
        if (this.deps.clock.now() - this.#sweptAt >= sweepEveryMs) {
          this.#sweptAt = this.deps.clock.now();
          await this.#sweep();
        }
      } catch (error) {
        this.deps.logger.error({ err: error }, 'waiting receipts could not be matched');
      }
      if (this.#named.length + this.#fresh.length === 0) await wake.wait(sweepEveryMs, this.#stopping.signal);
    }
  }

  async #matchNamed(): Promise<void> {
    const named = this.#named.splice(0, batch);
    const keys = named.flatMap(({ transport, upstreamId }) =>
      candidateKeys(upstreamId).map((upstreamKey) => ({ transport, upstreamKey })),
    );
    await this.#offer(await this.deps.database.read((tx) => orphansFor(tx, keys)));
  }

  /** Two processes may pass each other by, one storing the submit and one the receipt; the sweep finds those. */
  async #sweep(): Promise<void> {
    const { database, clock } = this.deps;
    // Another process may have put receipts there and died: so we look now and then, whatever we know.
    if (!this.#mayHoldAny && clock.now() - this.#countedAt < countEveryMs) return;
    this.#countedAt = clock.now();
    let after = firstIdAt(clock.now() - sweepForMs);
    for (;;) {
      const orphans = await database.read((tx) => orphansAfter(tx, after, batch));
      const last = orphans.at(-1);
      if (!last) break;
      after = last.id;
      await this.#offer(orphans);
    }
    // What comes while we look says so itself, and is not to be forgotten by what we saw before.
    this.#mayHoldAny = false;
    if (await database.read((tx) => hasOrphans(tx))) this.#mayHoldAny = true;
  }

  async #offer(orphans: readonly Orphan[]): Promise<void> {
    await Promise.all(
      orphans.map((orphan) => this.deps.reports.record({ transport: orphan.transport, report: orphan.report, orphan })),
    );
  }
}
