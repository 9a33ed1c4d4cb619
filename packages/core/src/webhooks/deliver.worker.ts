import type { Dispatcher } from 'undici';
import type { NewEvent } from '../events.js';
import { appendEvents } from '../outbox/event.store.js';
import type { LeaseWorker } from '../queue/lease.worker.js';
import type { Clock, Database, Ids, Logger, Random, Statement } from '../runtime.js';
import type { SecretBox } from '../secret-box.js';
import { GroupCommit } from '../group-commit.js';
import type { Signal } from '../signal.js';
import { webhookHeaders, type CallbackFormat } from './callback-format.js';
import { FormatShelf } from './format-shelf.js';
import { healthAfter, type EndpointHealth } from './endpoint-health.js';
import { postWebhook, type PostResult } from './post-webhook.js';
import { PostingLoop, type PostingQueue } from './posting-loop.js';
import { nextAttemptAt, retryDelaysMs } from './retry-schedule.js';
import { signWebhook } from './signature.js';
import {
  claimDeliveries,
  deliveriesClaimedBy,
  freeAbandonedDeliveries,
  hastenDeliveries,
  recordAttempt,
  returnDeliveries,
  type ClaimedDelivery,
} from './delivery.store.js';
import { disableEndpoint, dueEndpoints, setEndpointHealth, type StoredWebhook } from './webhook.store.js';

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

const maxPerEndpoint = 20;

/** A delivery with the subscription it goes to. */
interface Claimed extends ClaimedDelivery {
  endpoint: StoredWebhook;
}

/** Posts due deliveries to customers' endpoints. */
export class DeliverWorker {
  readonly #inFlight = new Map<string, number>();
  readonly #results: GroupCommit<Statement[], undefined>;
  readonly #loop: PostingLoop<Claimed>;
  readonly #formats: FormatShelf;

  constructor(private readonly deps: DeliverDeps) {
    this.#formats = new FormatShelf(deps.database);
    this.#results = new GroupCommit(
      async (results) => {
        await deps.database.commit(results.flat());
        return results.map(() => ({ result: undefined }));
      },
      { maxWeight: 100 },
    );
    const { database, clock, logger, lease, deliveriesReady: ready } = deps;
    const queue: PostingQueue<Claimed> = {
      name: 'webhook deliveries',
      claim: (room, nowMs) => this.#claim(room, nowMs),
      post: (claim) => this.#post(claim.endpoint, claim),
      done: ({ endpoint }) => this.#leave(endpoint.id),
      claimed: () => database.read((tx) => deliveriesClaimedBy(tx, lease.workerId)),
      giveBack: (ids) => database.commit([returnDeliveries(database.kind, ids, lease.workerId)]),
      freeAbandoned: (nowMs) => database.commit([freeAbandonedDeliveries(nowMs)]),
    };
    this.#loop = new PostingLoop(queue, { clock, logger, lease, ready });
  }

  start(): void {
    this.#loop.start();
  }

  stop(deadlineMs: number): Promise<void> {
    return this.#loop.stop(deadlineMs);
  }

  async #claim(room: number, nowMs: number): Promise<Claimed[]> {
    const { database, lease } = this.deps;
    const endpoints = await database.read((tx) => dueEndpoints(tx, nowMs, room));
    const free = endpoints.filter((endpoint) => this.#roomAt(endpoint) > 0);
    if (free.length === 0) return [];
    const share = Math.max(1, Math.floor(room / free.length));
    const claims = await database.write(async (tx) => {
      const claimed: Claimed[] = [];
      for (const endpoint of free) {
        const limit = Math.min(share, this.#roomAt(endpoint));
        const claim = { webhookId: endpoint.id, workerId: lease.workerId, nowMs, limit };
        const deliveries = await claimDeliveries(tx, claim);
        claimed.push(...deliveries.map((delivery) => ({ ...delivery, endpoint })));
      }
      return claimed;
    });
    for (const { endpoint } of claims) this.#inFlight.set(endpoint.id, (this.#inFlight.get(endpoint.id) ?? 0) + 1);
    return claims;
  }

  #leave(endpointId: string): void {
    const left = (this.#inFlight.get(endpointId) ?? 1) - 1;
    if (left > 0) this.#inFlight.set(endpointId, left);
    else this.#inFlight.delete(endpointId);
  }

  /** A failing endpoint is probed with one delivery; the others keep their attempts for when it is back. */
  #roomAt({ id, failingSince }: StoredWebhook): number {
    return (failingSince === null ? maxPerEndpoint : 1) - (this.#inFlight.get(id) ?? 0);
  }

  async #post(endpoint: StoredWebhook, delivery: ClaimedDelivery): Promise<void> {
    const { clock, dispatcher } = this.deps;
    const startedAt = clock.now();
    const format = endpoint.formatId === null ? undefined : await this.#formats.get(endpoint.formatId);
    const result = await postWebhook({
      dispatcher,
      url: endpoint.url,
      headers: this.#headersOf(endpoint, format, delivery, startedAt),
      body: delivery.body,
      ...(format && { timeoutMs: format.timeoutMs }),
      now: () => clock.now(),
    });
    const health = healthAfter(endpoint, result.outcome, clock.now());
    if (health.state === 'disabled') await this.#disable(endpoint, health, result);
    await this.#results.add(this.#record(endpoint, delivery, startedAt, result, health, format));
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

  #headersOf(
    endpoint: StoredWebhook,
    format: CallbackFormat | undefined,
    { eventId: id, body }: ClaimedDelivery,
    timestampMs: number,
  ): Record<string, string> {
    const secrets = this.#secretsOf(endpoint, timestampMs);
    if (format) return webhookHeaders(format, body, secrets[0] ?? '');
    return {
      'content-type': 'application/json',
      'user-agent': 'Ujumbe-Webhooks/1',
      ...signWebhook({ id, timestampMs, body, secrets }),
    };
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
    format: CallbackFormat | undefined,
  ): Statement[] {
    const { clock, random, lease } = this.deps;
    const nowMs = clock.now();
    const attempt = delivery.attempts + 1;
    const succeeded = result.outcome === 'succeeded';
    const { retryAfterMs } = result;
    const delaysMs = format ? [0, ...format.retryDelaysMs] : retryDelaysMs;
    const nextAt = succeeded ? null : nextAttemptAt({ attempt, nowMs, retryAfterMs, delaysMs, random });
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
