import type { Dispatcher } from 'undici';
import type { NewEvent } from '../events.js';
import { appendEvents } from '../outbox/event.store.js';
import type { LeaseWorker } from '../queue/lease.worker.js';
import type { Clock, Database, Ids, Logger, Random, Statement } from '../runtime.js';
import type { SecretBox } from '../secret-box.js';
import { GroupCommit } from '../group-commit.js';
import type { Signal } from '../signal.js';
import { healthAfter, type EndpointHealth } from './endpoint-health.js';
import { postWebhook, type PostResult } from './post-webhook.js';
import { nextAttemptAt } from './retry-schedule.js';
import { signWebhook } from './signature.js';
import {
  claimDeliveries,
  deliveriesClaimedBy,
  disableEndpoint,
  dueEndpoints,
  freeAbandonedDeliveries,
  hastenDeliveries,
  recordAttempt,
  returnDeliveries,
  setEndpointHealth,
  type ClaimedDelivery,
  type StoredWebhook,
} from './webhook.store.js';

export interface DeliverDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  random: Random;
  logger: Logger;
  lease: LeaseWorker;
  dispatcher: Dispatcher;
  secrets: () => SecretBox;
  deliveriesReady: Signal;
  eventsReady: Signal;
}

const maxInFlight = 100;
const maxPerEndpoint = 20;
const lookEveryMs = 500;
const freeEveryMs = 10_000;
/** How long after a claim that failed its commit may still turn up: the answer may be what was lost. */
const doubtMs = 30_000;

/** Posts due deliveries to customers' endpoints. */
export class DeliverWorker {
  readonly #stopping = new AbortController();
  readonly #inFlight = new Map<string, number>();
  readonly #posting = new Set<Promise<void>>();
  readonly #results: GroupCommit<Statement[], undefined>;
  #running: Promise<void> | undefined;
  #freedAt = 0;
  /** The deliveries this process has claimed and not recorded yet. */
  readonly #inHand = new Set<string>();
  #inDoubtUntil = 0;

  constructor(private readonly deps: DeliverDeps) {
    this.#results = new GroupCommit(
      async (results) => {
        await deps.database.commit(results.flat());
        return results.map(() => ({ result: undefined }));
      },
      { maxWeight: 100 },
    );
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, deadlineMs).unref());
    await Promise.race([Promise.allSettled([...this.#posting]), deadline]);
    await this.#returnAll();
  }

  /** What is still being posted at the deadline is posted again by whoever comes next: receivers know it by its id. */
  async #returnAll(): Promise<void> {
    const { database, lease } = this.deps;
    const claimed = await database.read((tx) => deliveriesClaimedBy(tx, lease.workerId));
    await database.commit([returnDeliveries(database.kind, claimed, lease.workerId)]);
  }

  async #run(): Promise<void> {
    const ready = this.deps.deliveriesReady.waiter();
    while (!this.#stopping.signal.aborted) {
      try {
        const claimed = await this.#claim();
        if (claimed === 0) await ready.wait(lookEveryMs, this.#stopping.signal);
      } catch (error) {
        this.deps.logger.error({ err: error }, 'webhook deliveries could not be claimed');
        this.#inDoubtUntil = this.deps.clock.now() + doubtMs;
        await ready.wait(lookEveryMs, this.#stopping.signal);
      }
    }
  }

  async #claim(): Promise<number> {
    const { database, clock, lease } = this.deps;
    const nowMs = clock.now();
    if (!lease.isHeld()) return 0;
    if (nowMs - this.#freedAt >= freeEveryMs) {
      this.#freedAt = nowMs;
      await database.commit([freeAbandonedDeliveries(nowMs)]);
    }
    if (nowMs < this.#inDoubtUntil) await this.#returnUnseen();
    const room = maxInFlight - this.#posting.size;
    if (room <= 0) {
      await Promise.race(this.#posting);
      return 1;
    }
    const endpoints = await database.read((tx) => dueEndpoints(tx, nowMs, room));
    const free = endpoints.filter((endpoint) => this.#roomAt(endpoint) > 0);
    if (free.length === 0) return 0;
    const share = Math.max(1, Math.floor(room / free.length));
    const claims = await database.write(async (tx) => {
      const claimed: { endpoint: StoredWebhook; deliveries: ClaimedDelivery[] }[] = [];
      for (const endpoint of free) {
        const limit = Math.min(share, this.#roomAt(endpoint));
        const claim = { webhookId: endpoint.id, workerId: lease.workerId, nowMs, limit };
        claimed.push({ endpoint, deliveries: await claimDeliveries(tx, claim) });
      }
      return claimed;
    });
    let count = 0;
    for (const { endpoint, deliveries } of claims) {
      count += deliveries.length;
      for (const delivery of deliveries) this.#start(endpoint, delivery);
    }
    return count;
  }

  /** Gives back what a claim took whose answer never reached us: nobody else would, while our lease is held. */
  async #returnUnseen(): Promise<void> {
    const { database, lease } = this.deps;
    const claimed = await database.read((tx) => deliveriesClaimedBy(tx, lease.workerId));
    const unseen = claimed.filter((id) => !this.#inHand.has(id));
    if (unseen.length > 0) await database.commit([returnDeliveries(database.kind, unseen, lease.workerId)]);
  }

  /** A failing endpoint is probed with one delivery; the others keep their attempts for when it is back. */
  #roomAt({ id, failingSince }: StoredWebhook): number {
    return (failingSince === null ? maxPerEndpoint : 1) - (this.#inFlight.get(id) ?? 0);
  }

  #start(endpoint: StoredWebhook, delivery: ClaimedDelivery): void {
    this.#inFlight.set(endpoint.id, (this.#inFlight.get(endpoint.id) ?? 0) + 1);
    this.#inHand.add(delivery.id);
    const posting = this.#post(endpoint, delivery)
      .catch((error: unknown) => {
        this.deps.logger.error({ err: error, deliveryId: delivery.id }, 'a webhook attempt could not be recorded');
      })
      .finally(() => {
        const left = (this.#inFlight.get(endpoint.id) ?? 1) - 1;
        if (left > 0) this.#inFlight.set(endpoint.id, left);
        else this.#inFlight.delete(endpoint.id);
        this.#inHand.delete(delivery.id);
        this.#posting.delete(posting);
        this.deps.deliveriesReady.raise();
      });
    this.#posting.add(posting);
  }

  async #post(endpoint: StoredWebhook, delivery: ClaimedDelivery): Promise<void> {
    const { clock, dispatcher } = this.deps;
    const startedAt = clock.now();
    const result = await postWebhook({
      dispatcher,
      url: endpoint.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Ujumbe-Webhooks/1',
        ...signWebhook({
          id: delivery.eventId,
          timestampMs: startedAt,
          body: delivery.body,
          secrets: this.#secretsOf(endpoint, startedAt),
        }),
      },
      body: delivery.body,
      now: () => clock.now(),
    });
    const health = healthAfter(endpoint, result.outcome, clock.now());
    if (health.state === 'disabled') await this.#disable(endpoint, health, result);
    await this.#results.add(this.#record(endpoint, delivery, startedAt, result, health));
  }

  async #disable(endpoint: StoredWebhook, { failingSince }: EndpointHealth, { outcome }: PostResult): Promise<void> {
    const { clock, database, ids, eventsReady } = this.deps;
    const nowMs = clock.now();
    const reason = outcome === 'gone' ? 'it answered 410' : 'it failed for five days';
    const event: NewEvent<'webhook.disabled'> = {
      type: 'webhook.disabled',
      accountId: endpoint.accountId,
      subjectId: endpoint.id,
      at: nowMs,
      data: { webhookId: endpoint.id, url: endpoint.url, reason },
    };
    // The end of a watch is nobody's news: whoever made it knows when it ends.
    const telling = endpoint.endsAt === null ? appendEvents(database.kind, ids, [event]) : [];
    await database.write((tx) => disableEndpoint(tx, endpoint.id, { failingSince, nowMs }, telling));
    eventsReady.raise();
  }

  #secretsOf(endpoint: StoredWebhook, nowMs: number): string[] {
    const box = this.deps.secrets();
    const previous = endpoint.previousUntil !== null && endpoint.previousUntil > nowMs ? endpoint.previousSecret : null;
    return [endpoint.secret, ...(previous === null ? [] : [previous])].map((sealed) => box.open(sealed));
  }

  #record(
    endpoint: StoredWebhook,
    delivery: ClaimedDelivery,
    startedAt: number,
    result: PostResult,
    health: EndpointHealth,
  ): Statement[] {
    const { clock, random, lease } = this.deps;
    const nowMs = clock.now();
    const attempt = delivery.attempts + 1;
    const succeeded = result.outcome === 'succeeded';
    const nextAt = succeeded ? null : nextAttemptAt({ attempt, nowMs, retryAfterMs: result.retryAfterMs, random });
    const statements = recordAttempt({
      id: delivery.id,
      workerId: lease.workerId,
      state: succeeded ? 'succeeded' : nextAt === null ? 'exhausted' : 'retrying',
      nextAt,
      doneAt: nextAt === null ? nowMs : null,
      attempt: {
        attempt,
        at: startedAt,
        status: result.status,
        error: result.error,
        response: result.responseExcerpt,
        durationMs: result.durationMs,
      },
    });
    if (succeeded && endpoint.failingSince === null) return statements;
    if (health.state === 'active') statements.push(setEndpointHealth(endpoint.id, health));
    if (succeeded) statements.push(hastenDeliveries(endpoint.id, nowMs));
    return statements;
  }
}
