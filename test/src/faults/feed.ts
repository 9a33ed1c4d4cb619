import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { SendRequest } from '@ujumbe/core';
import { ProcessEnded } from '../support/asked-process.js';
import type { SeededRandom } from './seeded-random.js';
import type { WorkerProcess } from './worker-process.js';

/** A customer's request that is asked until it is answered, always under the same key. */
export interface FedRequest {
  accountId: string;
  request: SendRequest & { idempotencyKey: string };
}

/**
 * The customers of a worker: each asks, waits for the answer, and asks again under the same key when the worker ended
 * before it answered. What was answered is what the platform has promised to send.
 */
export class Feed {
  /** The ids promised for each request, by its key. */
  readonly answered = new Map<string, FedRequest & { ids: string[] }>();
  readonly #unanswered: FedRequest[] = [];

  constructor(
    private readonly random: SeededRandom,
    private readonly accountIds: readonly string[],
    /** The digits numbers begin with, and how long a message to them is worth sending. */
    private readonly destinations: readonly { prefix: string; validityMs?: number }[],
    private readonly clients = 8,
  ) {}

  /** Keeps the worker busy until it ends or the abort comes. */
  async keepBusy(worker: WorkerProcess, abort: AbortSignal): Promise<void> {
    const client = async (): Promise<void> => {
      while (!abort.aborted && (await this.#ask(worker, this.#unanswered.shift() ?? this.#newRequest()))) {
        await pause(this.random.between(1, 8));
      }
    };
    await Promise.all(Array.from({ length: this.clients }, client));
  }

  /** Asks again whatever no worker has answered yet. */
  async finish(worker: WorkerProcess): Promise<void> {
    while (this.#unanswered.length > 0) await this.#ask(worker, this.#unanswered.shift() ?? this.#newRequest());
  }

  /** @returns false when the worker has ended */
  async #ask(worker: WorkerProcess, fed: FedRequest): Promise<boolean> {
    try {
      const answer = await worker.ask({ kind: 'send', ...fed });
      if (answer.kind !== 'sent') throw new Error(`A send was not accepted: ${JSON.stringify(answer)}`);
      this.answered.set(fed.request.idempotencyKey, { ...fed, ids: answer.ids });
      return true;
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error;
      this.#unanswered.push(fed);
      return false;
    }
  }

  #newRequest(): FedRequest {
    const { random } = this;
    const { prefix, validityMs } = random.pick(this.destinations);
    const number = (): string => `${prefix}${String(random.between(0, 999_899)).padStart(6, '0').slice(0, 6)}`;
    return {
      accountId: random.pick(this.accountIds),
      request: {
        to: Array.from({ length: random.pick([1, 1, 1, 3]) }, number),
        message: 'Habari ya leo. '.repeat(random.pick([1, 1, 2, 15])),
        lane: random.pick(['otp', 'transactional', 'promotional']),
        idempotencyKey: randomUUID(),
        ...(validityMs === undefined ? {} : { validityMs }),
      },
    };
  }
}
