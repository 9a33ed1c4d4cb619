import type { Dispatcher } from 'undici';
import { GroupCommit } from '../group-commit.js';
import type { LeaseWorker } from '../queue/lease.worker.js';
import type { Clock, Database, Logger, Random, Statement } from '../runtime.js';
import type { SecretBox } from '../secret-box.js';
import type { Signal } from '../signal.js';
import { callbackHeaders, showsKey, type CallbackFormat } from './callback-format.js';
import {
  allFormats,
  callbacksClaimedBy,
  claimCallbacks,
  freeAbandonedCallbacks,
  recordCallbackAttempt,
  returnCallbacks,
  type ClaimedCallback,
} from './callback.store.js';
import { postWebhook } from './post-webhook.js';
import { PostingLoop, type PostingQueue } from './posting-loop.js';
import { nextAttemptAt } from './retry-schedule.js';

export interface CallBackDeps {
  database: Database;
  clock: Clock;
  random: Random;
  logger: Logger;
  lease: LeaseWorker;
  dispatcher: Dispatcher;
  secrets: () => SecretBox;
  callbacksReady: Signal;
}

const maxPerAccount = 20;

/** Posts due callbacks of single messages and batches, each as its vendor's format says. */
export class CallBackWorker {
  readonly #inFlight = new Map<string, number>();
  readonly #loop: PostingLoop<ClaimedCallback>;
  readonly #results: GroupCommit<Statement[], undefined>;
  #formats = new Map<string, CallbackFormat>();

  constructor(private readonly deps: CallBackDeps) {
    const { database, clock, logger, lease, callbacksReady: ready } = deps;
    this.#results = new GroupCommit(
      async (results) => {
        await database.commit(results.flat());
        return results.map(() => ({ result: undefined }));
      },
      { maxWeight: 100 },
    );
    const queue: PostingQueue<ClaimedCallback> = {
      name: 'callbacks',
      claim: (room, nowMs) => this.#claim(room, nowMs),
      post: (claim) => this.#post(claim),
      done: ({ accountId }) => this.#leave(accountId),
      claimed: () => database.read((tx) => callbacksClaimedBy(tx, lease.workerId)),
      giveBack: (ids) => database.commit([returnCallbacks(database.kind, ids, lease.workerId)]),
      freeAbandoned: (nowMs) => database.commit([freeAbandonedCallbacks(nowMs)]),
    };
    this.#loop = new PostingLoop(queue, { clock, logger, lease, ready });
  }

  start(): void {
    this.#loop.start();
  }

  stop(deadlineMs: number): Promise<void> {
    return this.#loop.stop(deadlineMs);
  }

  /** No more of one account at a time than leaves room for others: its server may be slow. */
  async #claim(room: number, nowMs: number): Promise<ClaimedCallback[]> {
    const { database, lease } = this.deps;
    const full = [...this.#inFlight].filter(([, count]) => count >= maxPerAccount).map(([accountId]) => accountId);
    const limit = Math.min(room, maxPerAccount);
    const claims = await database.write((tx) =>
      claimCallbacks(tx, { workerId: lease.workerId, nowMs, limit, except: full }),
    );
    for (const { accountId } of claims) this.#inFlight.set(accountId, (this.#inFlight.get(accountId) ?? 0) + 1);
    return claims;
  }

  #leave(accountId: string): void {
    const left = (this.#inFlight.get(accountId) ?? 1) - 1;
    if (left > 0) this.#inFlight.set(accountId, left);
    else this.#inFlight.delete(accountId);
  }

  async #post(claim: ClaimedCallback): Promise<void> {
    const { clock, dispatcher, random, lease } = this.deps;
    const format = await this.#formatOf(claim.formatId);
    const result = await postWebhook({
      dispatcher,
      url: claim.url,
      headers: callbackHeaders(format, showsKey(format) ? this.#keyOf(claim) : null),
      body: claim.body,
      timeoutMs: format.timeoutMs,
      now: () => clock.now(),
    });
    const nowMs = clock.now();
    const attempt = claim.attempts + 1;
    const delaysMs = [0, ...format.retryDelaysMs];
    const nextAt = result.outcome === 'failed' ? nextAttemptAt({ attempt, nowMs, delaysMs, random }) : null;
    const state = result.outcome === 'succeeded' ? 'succeeded' : nextAt === null ? 'exhausted' : 'retrying';
    await this.#results.add(
      recordCallbackAttempt({
        id: claim.id,
        workerId: lease.workerId,
        state,
        nextAt,
        doneAt: nextAt === null ? nowMs : null,
        attempt,
        status: result.status,
        error: result.error,
      }),
    );
  }

  #keyOf({ sealedKey }: ClaimedCallback): string | null {
    return sealedKey === null ? null : this.deps.secrets().open(sealedKey);
  }

  async #formatOf(id: string): Promise<CallbackFormat> {
    if (!this.#formats.has(id)) this.#formats = await this.deps.database.read((tx) => allFormats(tx));
    const format = this.#formats.get(id);
    if (!format) throw new Error('A callback has no format.');
    return format;
  }
}
