import type { Clock, Database, Logger } from '../runtime.js';
import { endLease, renewLease } from './job.store.js';

/** How long a worker may be silent before its jobs are taken from it. */
const leaseMs = 15_000;
const heartbeatMs = 4_000;

/** Keeps this process's claim on its jobs alive while it lives. */
export class LeaseWorker {
  #timer: NodeJS.Timeout | undefined;
  #validUntil = 0;
  /** Whether a renewal before its time was begun and has not succeeded. */
  #isEarly = false;
  #term = 0;

  constructor(
    /** The name jobs are claimed under; new in each process. */
    readonly workerId: string,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * Whether jobs may be claimed now. A process that was frozen past its lease finds out here, before it submits
   * what may have been given to another; the lease is then renewed at once.
   */
  isHeld(): boolean {
    const isHeld = this.clock.now() < this.#validUntil;
    if (!isHeld) this.#renewEarly();
    return isHeld;
  }

  /** How often the lease was over and has begun again. */
  get term(): number {
    return this.#term;
  }

  /** Whether what was claimed in a term is still this worker's: a lease that was over in between gave it away. */
  isStill(term: number): boolean {
    return this.isHeld() && term === this.#term;
  }

  async start(): Promise<void> {
    await this.#renew();
    this.#timer = setInterval(() => this.#beat(), heartbeatMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#validUntil = 0;
    await this.database.write((tx) => endLease(tx, this.workerId));
  }

  /** The next heartbeat need not be waited for. If this fails it is what tries again. */
  #renewEarly(): void {
    if (this.#timer === undefined || this.#isEarly) return;
    this.#isEarly = true;
    this.#beat();
  }

  #beat(): void {
    this.#renew().catch((error: unknown) => this.logger.error({ err: error }, 'the lease could not be renewed'));
  }

  async #renew(): Promise<void> {
    const expiresAt = this.clock.now() + leaseMs;
    await this.database.write((tx) => renewLease(tx, this.workerId, expiresAt));
    if (this.clock.now() >= this.#validUntil) this.#term++;
    // Ours ends a little before others may take over, so that clocks need not agree to the millisecond.
    this.#validUntil = expiresAt - 2_000;
    this.#isEarly = false;
  }
}
