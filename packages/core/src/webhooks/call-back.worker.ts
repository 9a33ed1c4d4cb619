import type { Dispatcher } from 'undici';
import { GroupCommit } from '../group-commit.js';
import type { LeaseWorker } from '../queue/lease.worker.js';
import type { Clock, Database, Logger, Random, Statement } from '../runtime.js';
import type { SecretBox } from '../secret-box.js';
import type { Signal } from '../signal.js';
import { callbackHeaders, showsKey, type CallbackFormat } from './callback-format.js';
import {
  callbacksClaimedBy,
  claimCallbacks,
  freeAbandonedCallbacks,
  recordCallbackAttempt,
  returnCallbacks,
  type ClaimedCallback,
} from './callback.store.js';
import { FormatShelf } from './format-shelf.js';
import { postWebhook, type PostResult } from './post-webhook.js';
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

const nothing = { outcome: 'failed', status: null, retryAfterMs: null, responseExcerpt: null, durationMs: 0 } as const;

/** Posts due callbacks of single messages and batches, each as its vendor's format says. */
export class CallBackWorker {
  readonly #inFlight = new Map<string, number>();
  readonly #loop: PostingLoop<ClaimedCallback>;
  readonly #results: GroupCommit<Statement[], undefined>;
  readonly #formats: FormatShelf;

  constructor(private readonly deps: CallBackDeps) {
    const { database, clock, logger, lease, callbacksReady: ready } = deps;
    this.#formats = new FormatShelf(database);
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
    const { clock, random, lease } = this.deps;
    const format = await this.#formats.get(claim.formatId);
    const result = await this.#attempt(claim, format);
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

  async #attempt(claim: ClaimedCallback, format: CallbackFormat): Promise<PostResult> {
    const { clock, dispatcher, logger, secrets } = this.deps;
    let key: string | null = null;
    try {
      if (showsKey(format) && claim.sealedKey !== null) key = secrets().open(claim.sealedKey);
    } catch (error) {
      // As any failed attempt: whoever starts the platform with its former secret is in time for the next.
      logger.error({ err: error, deliveryId: claim.id }, 'the key a callback shows cannot be opened');
      return { ...nothing, error: 'key_unreadable: The key this callback shows cannot be read just now.' };
    }
    return postWebhook({
      dispatcher,
      url: claim.url,
      headers: callbackHeaders(format, key),
      body: claim.body,
      timeoutMs: format.timeoutMs,
      now: () => clock.now(),
    });
  }
}
