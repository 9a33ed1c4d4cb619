import type { LeaseWorker } from '../queue/lease.worker.js';
import type { Clock, Logger } from '../runtime.js';
import type { Signal } from '../signal.js';

/** A queue of POSTs: how they are claimed, made and given back. */
export interface PostingQueue<Claim extends { id: string }> {
  /** What waits in it, for the log. */
  name: string;
  /** Hands what is due to this process, at most so many. */
  claim(room: number, nowMs: number): Promise<Claim[]>;
  /** Makes one POST and records what came of it. */
  post(claim: Claim): Promise<void>;
  /** Told when a claim is no longer in hand, whatever came of it. */
  done?(claim: Claim): void;
  /** The ids this process has claimed, by the database's account. */
  claimed(): Promise<string[]>;
  /** Gives claims back untried. */
  giveBack(ids: readonly string[]): Promise<void>;
  /** Frees the claims of processes that died. Trying one again is safe: receivers know it by its id. */
  freeAbandoned(nowMs: number): Promise<void>;
}

const maxInFlight = 100;
const lookEveryMs = 500;
const freeEveryMs = 10_000;
/** How long after a claim that failed its commit may still turn up: the answer may be what was lost. */
const doubtMs = 30_000;

/** Works a queue of POSTs off: claims what is due, keeps so many under way, and gives back what it cannot end. */
export class PostingLoop<Claim extends { id: string }> {
  readonly #stopping = new AbortController();
  readonly #posting = new Set<Promise<void>>();
  /** What this process has claimed and not recorded yet. */
  readonly #inHand = new Set<string>();
  #running: Promise<void> | undefined;
  #freedAt = 0;
  #inDoubtUntil = 0;

  constructor(
    private readonly queue: PostingQueue<Claim>,
    private readonly deps: { clock: Clock; logger: Logger; lease: LeaseWorker; ready: Signal },
  ) {}

  start(): void {
    this.#running = this.#run();
  }

  /** What is still under way at the deadline is posted again by whoever comes next. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, deadlineMs).unref());
    await Promise.race([Promise.allSettled([...this.#posting]), deadline]);
    await this.queue.giveBack(await this.queue.claimed());
  }

  async #run(): Promise<void> {
    const { ready, logger, clock } = this.deps;
    const waiter = ready.waiter();
    while (!this.#stopping.signal.aborted) {
      try {
        if ((await this.#step()) === 0) await waiter.wait(lookEveryMs, this.#stopping.signal);
      } catch (error) {
        logger.error({ err: error }, `${this.queue.name} could not be claimed`);
        this.#inDoubtUntil = clock.now() + doubtMs;
        await waiter.wait(lookEveryMs, this.#stopping.signal);
      }
    }
  }

  /** Answers how many it has begun; nought when there is nothing to do. */
  async #step(): Promise<number> {
    const { clock, lease } = this.deps;
    const nowMs = clock.now();
    if (!lease.isHeld()) return 0;
    if (nowMs - this.#freedAt >= freeEveryMs) {
      this.#freedAt = nowMs;
      await this.queue.freeAbandoned(nowMs);
    }
    if (nowMs < this.#inDoubtUntil) await this.#returnUnseen();
    const room = maxInFlight - this.#posting.size;
    if (room <= 0) {
      await Promise.race(this.#posting);
      return 1;
    }
    const claims = await this.queue.claim(room, nowMs);
    for (const claim of claims) this.#start(claim);
    return claims.length;
  }

  /** Gives back what a claim took whose answer never reached us: nobody else would, while our lease is held. */
  async #returnUnseen(): Promise<void> {
    const unseen = (await this.queue.claimed()).filter((id) => !this.#inHand.has(id));
    if (unseen.length > 0) await this.queue.giveBack(unseen);
  }

  #start(claim: Claim): void {
    this.#inHand.add(claim.id);
    const posting = this.queue
      .post(claim)
      .catch((error: unknown) => {
        this.deps.logger.error({ err: error, deliveryId: claim.id }, 'an attempt could not be recorded');
      })
      .finally(() => {
        this.queue.done?.(claim);
        this.#inHand.delete(claim.id);
        this.#posting.delete(posting);
        this.deps.ready.raise();
      });
    this.#posting.add(posting);
  }
}
