import { expectVersions, sameVersions } from '../accounts/account.store.js';
import { CommitByAccount } from '../commit-by-account.js';
import { SmsError } from '../errors.js';
import { mismatch, stillRunning, type Idempotency } from '../idempotency/answer.js';
import {
  findAnswer,
  forgetExpiredAnswer,
  isKeyTaken,
  rememberAnswers,
  rememberForMs,
} from '../idempotency/idempotency.store.js';
import { balanceOf, isShortfall, moveCredits } from '../ledger/ledger.store.js';
import type { Transfer } from '../ledger/transfer.js';
import { appendEvents } from '../outbox/event.store.js';
import type { NewJob } from '../queue/job.js';
import { enqueue } from '../queue/job.store.js';
import type { Turns } from '../queue/turns.js';
import {
  CommitConflict,
  LockTimeout,
  type Clock,
  type CommitOptions,
  type Database,
  type Ids,
  type RunStatements,
  type Statement,
  type Transaction,
  type WriteOptions,
} from '../runtime.js';
import type { Signal } from '../signal.js';
import { expectNotSuppressed, nobodySuppressed } from '../suppression/suppression.store.js';
import { insertAttached, type Attached } from './attached.store.js';
import type { DispatchWorker } from './dispatch.worker.js';
import { jobsOf } from './jobs-of.js';
import { messageEvent } from './message-event.js';
import type { Message } from './message.js';
import { insertMessages } from './message.store.js';
import type { SendingPolicy } from './sending-policy.js';

/** A request whose messages are decided and only need to be written. */
export interface Acceptance {
  policy: SendingPolicy;
  messages: readonly Message[];
  idempotency: Idempotency | undefined;
  /** What is answered, and answered again to a repeat; a JSON value. */
  answer: string;
  /** What another capability writes in the same commit. */
  attached?: Attached | undefined;
  /** The jobs of its messages, where they are claimed as they are written. */
  claimed?: readonly NewJob[] | undefined;
  /** Holds the credit and stores no message: what is attached says what is to be sent later. */
  isParked?: boolean | undefined;
}

/** A reason for which nothing of a request was written. */
class Undone extends Error {}

/** The account is not as the decision took it to be: decide again. */
export class StaleDecision extends Undone {}

/** One of the recipients has opted out: decide again without it. */
export class SuppressedRecipient extends Undone {}

/** The most message rows one commit writes. Beyond this a larger batch gains nothing and makes others wait. */
const maxRows = 500;

/** The most messages of a request that go past the queue. */
const mostHandedOver = 20;

/** How long a request waits for a wallet that the host keeps locked. */
const patienceMs = 5_000;

export interface AcceptorDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  turns: Turns;
  /** Raised for each route that has new jobs. */
  jobsReady: Signal;
  eventsReady: Signal;
  /** Who takes urgent messages of a route straight to its operator. */
  dispatcherOf: (route: string) => Pick<DispatchWorker, 'handOver'> | undefined;
  /** The most messages that may wait to be written before more are refused with `throttled`. */
  maxWaiting: number;
}

/**
 * Writes accepted messages: hold, messages, jobs and events of many requests in one commit, each request with a
 * verdict of its own.
 * Nobody's empty wallet fails a neighbour: an account that lacked credit is written apart until it succeeds again, so
 * that it costs the others nothing.
 */
export class AcceptMessages {
  readonly #usual: CommitByAccount<Acceptance, string>;
  /** OTPs travel by themselves: a batch is only as urgent as what it is mixed with. */
  readonly #urgent: CommitByAccount<Acceptance, string>;
  readonly #apart = new Set<string>();
  readonly #running = new Map<string, Promise<unknown>>();
  /** Messages that wait to be written or are being written; what an overload is judged by. */
  #inHand = 0;
  readonly #read: Read = (work) => this.deps.database.read(work);

  constructor(private readonly deps: AcceptorDeps) {
    this.#usual = this.#groupOf({});
    this.#urgent = this.#groupOf({ urgency: 'at once' });
  }

  #groupOf({ urgency }: WriteOptions): CommitByAccount<Acceptance, string> {
    return new CommitByAccount(
      {
        commit: (requests, options) => this.#commit(requests, { ...options, urgency }),
        accountOf: ({ policy }) => policy.account.id,
        answerOf: ({ answer }) => answer,
        explain: (request, conflict) => {
          this.#setApart(request, conflict);
          return this.#explain(conflict, request, this.#read);
        },
        isDoubtful: ({ policy }) => this.#apart.has(policy.account.id),
      },
      {
        maxWeight: maxRows,
        // The database need not wait until the callers of one full batch have taken their answers.
        maxInFlight: 2,
        weightOf: ({ messages }) => messages.length,
        patienceMs,
      },
    );
  }

  async drained(): Promise<void> {
    await Promise.all([this.#usual.drained(), this.#urgent.drained()]);
  }

  /**
   * Resolves with the answer to give: this request's own, or the stored one of the first request with its key.
   *
   * @throws StaleDecision, SuppressedRecipient, SmsError
   */
  async accept(request: Acceptance): Promise<{ answer: string; replayed: boolean }> {
    const rows = request.messages.length;
    // A command larger than the whole allowance still goes through when nothing else is waiting.
    if (this.#inHand > 0 && this.#inHand + rows > this.deps.maxWaiting) {
      throw new SmsError('throttled', 'too many messages at once; send again in a second', { retryAfterMs: 1_000 });
    }
    this.#inHand += rows;
    try {
      return await this.#acceptInTurn(request);
    } catch (error) {
      if (!(error instanceof LockTimeout)) throw error;
      throw new SmsError('throttled', 'the account is held by another transaction; send again in a second', {
        retryAfterMs: 1_000,
      });
    } finally {
      this.#inHand -= rows;
    }
  }

  async #acceptInTurn(request: Acceptance): Promise<{ answer: string; replayed: boolean }> {
    const { idempotency, policy } = request;
    if (!idempotency) return { answer: await this.#add(request), replayed: false };
    const runningKey = `${policy.account.id} ${idempotency.key}`;
    const running = this.#running.get(runningKey);
    if (running) {
      if (idempotency.whileRunning !== 'wait') throw stillRunning();
      await running.catch(() => undefined);
    }
    const own = this.#acceptOnce(request);
    this.#running.set(runningKey, own);
    try {
      return await own;
    } finally {
      this.#running.delete(runningKey);
    }
  }

  /**
   * Accepts inside a transaction of the host's own: what the host rolls back was never accepted. Nothing is read beside
   * it, because on SQLite the host's connection is the only one.
   */
  async acceptWithin(
    tx: Transaction,
    request: Acceptance,
    run: RunStatements,
  ): Promise<{ answer: string; replayed: boolean }> {
    const inside: Read = (work) => work(tx);
    try {
      await run(tx, this.#statements([request]));
      return { answer: request.answer, replayed: false };
    } catch (error) {
      const reason = error instanceof CommitConflict ? await this.#explain(error, request, inside) : error;
      if (reason instanceof KeyTaken) return this.#storedAnswer(request, inside);
      throw reason;
    }
  }

  #add(request: Acceptance): Promise<string> {
    const isUrgent = request.messages.every(({ lane }) => lane === 'otp');
    return isUrgent ? this.#addUrgent(request) : this.#usual.add(request);
  }

  /** Few urgent messages are claimed by the commit that accepts them, and submitted as soon as it is made. */
  async #addUrgent(request: Acceptance): Promise<string> {
    const { messages, policy, isParked } = request;
    const [first] = messages;
    const mayLeave =
      first !== undefined &&
      isParked !== true &&
      messages.length <= mostHandedOver &&
      messages.every(({ route, scheduledAt }) => route === first.route && scheduledAt === null);
    const handover = mayLeave ? this.deps.dispatcherOf(first.route)?.handOver(messages) : undefined;
    if (!handover) return this.#urgent.add(request);
    const { workerId } = handover;
    const claimed = jobsOf(messages, policy.account, this.deps.turns).map((job) => ({ ...job, workerId }));
    let answer: string;
    try {
      answer = await this.#urgent.add({ ...request, claimed });
    } catch (error) {
      handover.giveUp(isUndone(error));
      throw error;
    }
    handover.submit(claimed);
    return answer;
  }

  async #acceptOnce(request: Acceptance): Promise<{ answer: string; replayed: boolean }> {
    try {
      return { answer: await this.#add(request), replayed: false };
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
    }
    try {
      return await this.#storedAnswer(request, this.#read);
    } catch (error) {
      if (!(error instanceof KeyExpired) || !request.idempotency) throw error;
    }
    // Its day is over: the key is free for a new request, though housekeeping has not come by yet.
    const { key } = request.idempotency;
    await this.deps.database.write((tx) =>
      forgetExpiredAnswer(tx, request.policy.account.id, key, this.deps.clock.now()),
    );
    return this.#acceptOnce(request);
  }

  async #storedAnswer({ idempotency, policy }: Acceptance, read: Read): Promise<{ answer: string; replayed: boolean }> {
    const stored = await read((tx) => findAnswer(tx, policy.account.id, idempotency?.key ?? ''));
    // Between the refusal and this look the key may have expired; the customer's next try will find it free.
    if (!stored) throw stillRunning();
    if (stored.expiresAt <= this.deps.clock.now()) throw new KeyExpired();
    if (stored.fingerprint !== idempotency?.fingerprint) throw mismatch();
    if (stored.result === null) throw stillRunning();
    return { answer: stored.result, replayed: true };
  }

  async #commit(requests: readonly Acceptance[], options: CommitOptions): Promise<void> {
    await this.deps.database.commit(this.#statements(requests), options);
    for (const { policy } of requests) this.#apart.delete(policy.account.id);
    if (requests.some(({ claimed }) => claimed === undefined)) this.deps.jobsReady.raise();
    this.deps.eventsReady.raise();
  }

  /** An empty wallet stays empty for a while; other conflicts are over once they are told. */
  #setApart({ policy }: Acceptance, { on }: CommitConflict): void {
    if (!isShortfall(on)) return;
    if (this.#apart.size >= 10_000) this.#apart.clear();
    this.#apart.add(policy.account.id);
  }

  async #explain(conflict: CommitConflict, request: Acceptance, read: Read): Promise<unknown> {
    const accountId = request.policy.account.id;
    if (isKeyTaken(conflict.on)) return new KeyTaken();
    if (conflict.on === sameVersions) return new StaleDecision();
    if (conflict.on === nobodySuppressed) return new SuppressedRecipient();
    if (!isShortfall(conflict.on)) return conflict;
    // A repeat that is told it lacks credit has in truth been paid for already.
    const repeated =
      request.idempotency && (await read((tx) => findAnswer(tx, accountId, request.idempotency?.key ?? '')));
    if (repeated) return new KeyTaken();
    const balance = await read((tx) => balanceOf(tx, accountId));
    const needed = costOf(request.messages);
    const available = balance?.available ?? 0;
    return new SmsError('insufficient_balance', 'insufficient SMS units', {
      details: { needed, available, shortfall: Math.max(0, needed - available) },
    });
  }

  #statements(requests: readonly Acceptance[]): Statement[] {
    const { database, clock, ids } = this.deps;
    const { kind } = database;
    const nowMs = clock.now();
    const messages = requests.flatMap((request) => request.messages);
    const versions = new Map(requests.map(({ policy: { account } }) => [account.id, account.version]));
    const statements: Statement[] = [
      expectVersions(
        kind,
        [...versions].map(([accountId, version]) => ({ accountId, version })),
      ),
      ...rememberAnswers(
        kind,
        requests.flatMap(({ idempotency, policy, answer }) =>
          idempotency
            ? [
                {
                  accountId: policy.account.id,
                  key: idempotency.key,
                  fingerprint: idempotency.fingerprint,
                  result: answer,
                  expiresAt: nowMs + rememberForMs,
                },
              ]
            : [],
        ),
      ),
    ];
    const attached = requests.flatMap((request) => request.attached ?? []);
    if (messages.length + attached.length === 0) return statements;
    const stored = requests.filter(({ isParked }) => isParked !== true);
    const storedMessages = stored.flatMap((request) => request.messages);
    return [
      ...statements,
      expectNotSuppressed(
        kind,
        messages.map(({ accountId, recipient }) => ({ accountId, phone: recipient })),
      ),
      ...moveCredits(
        kind,
        messages
          .map(({ id, accountId, cost }): Transfer => ({
            subjectId: id,
            accountId,
            kind: 'hold',
            amount: cost,
            at: nowMs,
          }))
          .concat(attached.flatMap(({ transfers = [] }) => transfers)),
      ),
      ...(storedMessages.length > 0 ? [insertMessages(kind, storedMessages)] : []),
      ...(storedMessages.length > 0
        ? [
            enqueue(
              kind,
              stored.flatMap(
                ({ claimed, messages: own, policy }) => claimed ?? jobsOf(own, policy.account, this.deps.turns),
              ),
            ),
          ]
        : []),
      ...appendEvents(kind, ids, [
        ...storedMessages.flatMap((message) => messageEvent(message, message.state, nowMs)),
        ...attached.flatMap(({ events = [] }) => events),
      ]),
      ...insertAttached(
        kind,
        attached.flatMap(({ rows = [] }) => rows),
      ),
      ...attached.flatMap(({ statements: own = [] }) => own),
    ];
  }
}

/** Whether it is certain that nothing was written; an error of the database's may have come after its commit. */
const isUndone = (error: unknown): boolean =>
  [Undone, SmsError, CommitConflict, LockTimeout].some((kind) => error instanceof kind);

/** How the reasons of a conflict are looked up. */
type Read = Database['read'];

/** The first request with this key is done: its answer is the answer. */
class KeyTaken extends Undone {}

/** The answer kept for this key has served its time. */
class KeyExpired extends Error {}

const costOf = (messages: readonly Message[]): number => messages.reduce((sum, { cost }) => sum + cost, 0);
