import { findReservation, closeReservation, openReservation } from '../../ledger/reservation.store.js';
import { Loop } from '../../loop.js';
import { countListJobs, holdBackJobs } from '../../queue/job.store.js';
import { CommitConflict, type Logger } from '../../runtime.js';
import { writeTogether } from '../attached.store.js';
import { pauseList } from './change-list.js';
import { batchLength, expandList, type ExpandDeps } from './expand-list.js';
import { noteOf, type ListOwners } from './list-owner.js';
import { releaseCancelled } from './release-cancelled.js';
import type { SendList } from './send-list.js';
import { changeListState, completeList, dueLists, findList, markExpanded, unrestedLists } from './send-list.store.js';

export interface ExpandListsDeps extends ExpandDeps {
  logger: Logger;
  owners: ListOwners;
  /** How many messages of a list may wait in the queue. */
  maxAhead: number;
}

export const defaultMaxAhead = 4_000;

/** How many lists take turns. */
const listsAtOnce = 100;
const lookEveryMs = 200;
const sweepEveryMs = 2_000;
/** How long a list is left to whoever was faster with its last batch. */
const overtakenForMs = 2_000;
const shortestWaitMs = 20;
const longestWaitMs = 500;
const suspendedForMs = 1_000;
/** How long after its end a rest is remembered, so that the next may be longer. */
const forgetRestMs = 10_000;

/** Makes messages of the lists that are being sent, only as many ahead of the operators as the queue needs to be busy. */
export class ExpandListsWorker extends Loop {
  #sweptAt = 0;
  /** Lists that are left alone for a while, and for how long the last time. */
  readonly #resting = new Map<string, { until: number; forMs: number }>();
  /** Where the next round begins: lists that rest must not keep those behind them from their turn. */
  #after: SendList | undefined;

  constructor(private readonly deps: ExpandListsDeps) {
    super(deps.listsReady);
  }

  protected async round(): Promise<number> {
    await this.#sweep();
    return this.#stepEach();
  }

  protected failed(error: unknown): number {
    this.deps.logger.error({ err: error }, 'lists could not be looked at');
    return lookEveryMs;
  }

  /** One step of each list that is due; answers how long there is nothing to do. */
  async #stepEach(): Promise<number> {
    const { database, clock } = this.deps;
    const nowMs = clock.now();
    const due = await database.read((tx) => dueLists(tx, nowMs, listsAtOnce, this.#after));
    const isLastPage = due.length < listsAtOnce;
    this.#after = isLastPage ? undefined : due.at(-1);
    for (const [id, { until }] of this.#resting) if (until < nowMs - forgetRestMs) this.#resting.delete(id);
    let waitMs = isLastPage ? lookEveryMs : 0;
    for (const list of due) {
      if (this.signal.aborted) break;
      const rest = this.#resting.get(list.id);
      if (rest && rest.until > clock.now()) {
        waitMs = Math.min(waitMs, Math.max(1, rest.until - clock.now()));
        continue;
      }
      const restMs = await this.#stepOrRest(list);
      if (restMs > 0) this.#resting.set(list.id, { until: clock.now() + restMs, forMs: restMs });
      else this.#resting.delete(list.id);
      waitMs = Math.min(waitMs, restMs);
    }
    return waitMs;
  }

  /** A list that cannot go on holds up no other. */
  async #stepOrRest(list: SendList): Promise<number> {
    try {
      return await this.#step(list);
    } catch (error) {
      if (error instanceof CommitConflict) return shortestWaitMs;
      this.deps.logger.error({ err: error, list: list.id }, 'a list could not go on; it is tried again');
      return suspendedForMs;
    }
  }

  /** Takes a list a step further; answers how long it is to be left alone. */
  async #step(list: SendList): Promise<number> {
    const { database, policies, maxAhead } = this.deps;
    if (list.state === 'waiting') return this.#begin(list);
    // Without a limit nothing is counted: what an index would have to be walked through for grows with each batch.
    const isCounted = maxAhead < Infinity || list.expandedAt !== null;
    const jobs = isCounted ? await database.read((tx) => countListJobs(tx, list.id)) : 0;
    if (list.expandedAt !== null) return jobs > 0 ? this.#restLonger(list) : this.#complete(list);
    if (list.position >= list.rows) return this.#finish(list);
    const { account, senders } = await policies.of(list.accountId);
    if (account.state !== 'active') {
      policies.forget(list.accountId);
      return suspendedForMs;
    }
    if (!senders.some(({ name, state }) => name === list.sender && state === 'approved')) {
      return this.#pauseWithoutSender(list);
    }
    const room = maxAhead - jobs;
    if (room < Math.min(batchLength, maxAhead) / 2) return this.#restLonger(list);
    switch (await expandList(this.deps, list, room)) {
      case 'made':
      case 'undecided':
        return 0;
      case 'nothing left':
        return this.#finish(list);
      case 'overtaken':
        return overtakenForMs;
    }
  }

  /** Twice as long as the last time: what an operator is slow with need not be looked at all the while. */
  #restLonger({ id }: SendList): number {
    return Math.min(longestWaitMs, (this.#resting.get(id)?.forMs ?? shortestWaitMs / 2) * 2);
  }

  async #begin(list: SendList): Promise<number> {
    const { database, clock, ids, owners, eventsReady } = this.deps;
    const nowMs = clock.now();
    const note = await noteOf(owners, list, { kind: 'started' }, nowMs);
    await database.commit([
      changeListState(list.id, ['waiting'], { state: 'sending', at: nowMs }),
      ...writeTogether(database.kind, ids, [note]),
    ]);
    eventsReady.raise();
    return 0;
  }

  /** Every row has been dealt with, or is of somebody who was erased: what they have not drawn is given back. */
  async #finish(list: SendList): Promise<number> {
    const { database, clock, ids } = this.deps;
    const nowMs = clock.now();
    const reservation = await database.read((tx) => findReservation(tx, list.id));
    if (reservation?.closedAt !== null) throw new CommitConflict(openReservation);
    await database.commit([
      markExpanded(list, nowMs),
      ...writeTogether(database.kind, ids, [closeReservation(reservation, nowMs)]),
    ]);
    return 0;
  }

  async #complete(list: SendList): Promise<number> {
    const { database, clock, ids, owners, eventsReady } = this.deps;
    const nowMs = clock.now();
    const note = await noteOf(owners, list, { kind: 'completed' }, nowMs);
    await database.commit([completeList(list.id, nowMs), ...writeTogether(database.kind, ids, [note])]);
    eventsReady.raise();
    return 0;
  }

  async #pauseWithoutSender(list: SendList): Promise<number> {
    const { database, clock, ids, owners, policies, eventsReady } = this.deps;
    const { senders } = await policies.fresh(list.accountId);
    if (senders.some(({ name, state }) => name === list.sender && state === 'approved')) return 0;
    const nowMs = clock.now();
    const note = await noteOf(owners, list, { kind: 'paused', reason: 'sender_not_approved' }, nowMs);
    await database.commit(writeTogether(database.kind, ids, [pauseList(list, nowMs), note]));
    eventsReady.raise();
    return 0;
  }

  /** What was queued, or put back into the queue, beside the commit that stopped its list. */
  async #sweep(): Promise<void> {
    const { database, clock } = this.deps;
    const nowMs = clock.now();
    if (nowMs - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = nowMs;
    for (const { id, state } of await database.read((tx) => unrestedLists(tx))) {
      if (state === 'paused') await database.commit([holdBackJobs(id)]);
      const list = state === 'cancelled' ? await database.read((tx) => findList(tx, id)) : undefined;
      if (list) await releaseCancelled(this.deps, list);
    }
  }
}
