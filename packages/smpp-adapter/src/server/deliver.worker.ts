import { setTimeout as sleep } from 'node:timers/promises';
import type { EsmeDelivery, EsmeDeliveryOutcome, Sms } from '@ujumbe/core';
import { ResponseTimeout, SessionClosed } from '../session/errors.js';
import { commandStatus } from '../status-codes.js';
import { PartReferences } from '../user-data/part-references.js';
import { AccountDeliveries, type Offer } from './account-deliveries.js';
import type { BoundSessions } from './bound-sessions.js';
import type { EsmeSession } from './esme-session.js';
import { kindOf } from './refusals.js';
import type { ServerCounters } from './server-counters.js';
import type { ServerWorld } from './server-options.js';
import { writeInbound, writeReceipt, type DeliverPart } from './write-delivery.js';

const { ESME_RSYSERR, ESME_RMSGQFUL, ESME_RTHROTTLED, ESME_RX_T_APPN, ESME_RUNKNOWNERR } = commandStatus;

/** What passes by itself. Everything else is believed after some tries. Source: contracts/smpp.md §6.6. */
const passing: readonly number[] = [ESME_RSYSERR, ESME_RMSGQFUL, ESME_RTHROTTLED, ESME_RX_T_APPN];
const overloaded: readonly number[] = [ESME_RMSGQFUL, ESME_RTHROTTLED];

const claimAtMost = 500;
/** Deliveries come one by one and are claimed together: a commit for each would take the database from the submits. */
const gatherMs = 20;
const faultPauseMs = 1_000;

export interface DeliverDeps {
  sms: Sms;
  world: ServerWorld;
  sessions: BoundSessions;
  counters: ServerCounters;
}

/** Claims what the platform has for accounts that are bound here, tells it to their sessions, and says what became of it. */
export class DeliverWorker {
  readonly #accounts = new Map<string, AccountDeliveries>();
  readonly #references: PartReferences;
  readonly #stopping = new AbortController();
  readonly #settling = new Set<Promise<void>>();
  #sleep = new AbortController();
  /** When the loop looks again by itself. */
  #lookAt = 0;
  #claimedAt = -Infinity;
  /** Accounts a claim is under way for. */
  #claiming: readonly string[] = [];
  #running: Promise<void> | undefined;

  constructor(private readonly deps: DeliverDeps) {
    this.#references = new PartReferences({ random: deps.world.random });
  }

  /** Deliveries that are in this process's hands. */
  get inHand(): number {
    let sum = 0;
    for (const account of this.#accounts.values()) sum += account.waiting + account.sent;
    return sum;
  }

  start(): void {
    this.#running ??= this.#run();
    this.deps.sms.esme.takeDeliveries({
      room: (accountId) => this.#roomOf(accountId),
      take: (deliveries) => this.#takeStored(deliveries),
    });
  }

  /** Claims no more. What is with the sessions ends with them. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#sleep.abort();
    this.deps.sms.esme.takeDeliveries(undefined);
    await this.#running;
  }

  /** Resolves when what became of every delivery has been written. */
  async drained(): Promise<void> {
    while (this.#settling.size > 0) await Promise.all([...this.#settling]);
  }

  addReceiver(esme: EsmeSession): void {
    const { accountId } = esme.login;
    let account = this.#accounts.get(accountId);
    if (!account) {
      account = new AccountDeliveries({
        sessions: this.deps.sessions,
        now: () => this.deps.world.clock.now(),
        otherSessionAfterMs: this.deps.world.limits.otherSessionAfterMs,
        send: (offer, to) => void this.#tell(offer, to),
      });
      this.#accounts.set(accountId, account);
    }
    account.addReceiver(esme);
    this.#sleep.abort();
  }

  removeReceiver(esme: EsmeSession): void {
    const account = this.#accounts.get(esme.login.accountId);
    for (const { delivery } of account?.removeReceiver(esme) ?? []) this.#settle({ id: delivery.id, kind: 'returned' });
    this.#forgetIfDone(esme.login.accountId);
    this.#sleep.abort();
  }

  async #run(): Promise<void> {
    const { sms, world } = this.deps;
    const waiter = sms.esme.waiter();
    while (!this.#stopping.signal.aborted) {
      await this.#gather();
      this.#sleep = new AbortController();
      let waitMs = world.limits.deliveriesEveryMs;
      try {
        await this.#claim();
      } catch (error) {
        world.logger.error({ fault: kindOf(error) }, 'deliveries could not be claimed; trying again');
        waitMs = Math.max(waitMs, faultPauseMs);
      }
      const nowMs = world.clock.now();
      this.#lookAt = nowMs + waitMs;
      for (const account of this.#accounts.values()) this.#lookAt = Math.min(this.#lookAt, account.pump());
      if (![...this.#accounts.values()].some(({ isBehind, wantsMore }) => isBehind && wantsMore)) {
        await waiter.wait(Math.max(1, this.#lookAt - nowMs), this.#sleep.signal);
      }
    }
  }

  /** Leaves some time between one claim and the next, unless there is known to be more. */
  async #gather(): Promise<void> {
    const waitMs = this.#claimedAt + gatherMs - performance.now();
    if (waitMs > 0 && ![...this.#accounts.values()].some(({ isBehind }) => isBehind)) {
      await sleep(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
    this.#claimedAt = performance.now();
  }

  async #claim(): Promise<void> {
    const wanted: { accountId: string; room: number }[] = [];
    for (const [accountId, account] of this.#accounts) {
      account.isBehind = !account.wantsMore;
      if (account.wantsMore) wanted.push({ accountId, room: claimAtMost });
    }
    if (wanted.length === 0) return;
    const counts = new Map<string, number>();
    this.#claiming = wanted.map(({ accountId }) => accountId);
    try {
      for (const delivery of await this.deps.sms.esme.claimDeliveries(wanted)) {
        const { accountId } = delivery;
        counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
        this.#take(delivery);
      }
    } finally {
      this.#claiming = [];
    }
    for (const [accountId, count] of counts) {
      const account = this.#accounts.get(accountId);
      if (account) account.isBehind = count === claimAtMost;
    }
  }

  #roomOf(accountId: string): number {
    const account = this.#accounts.get(accountId);
    if (!account) return 0;
    // What it has no room for now is the first to be claimed when it has.
    if (!account.wantsMore || this.#claiming.includes(accountId)) account.isBehind = true;
    return account.isBehind ? 0 : claimAtMost;
  }

  #takeStored(deliveries: readonly EsmeDelivery[]): void {
    for (const delivery of deliveries) this.#take(delivery);
    for (const accountId of new Set(deliveries.map((delivery) => delivery.accountId))) {
      const lookAt = this.#accounts.get(accountId)?.pump() ?? Infinity;
      if (lookAt < this.#lookAt) this.#sleep.abort();
    }
  }

  #take(delivery: EsmeDelivery): void {
    const account = this.#accounts.get(delivery.accountId);
    if (account?.hasReceivers) account.add({ delivery, otherSessionAt: 0, unanswered: 0 });
    else this.#settle({ id: delivery.id, kind: 'returned' });
  }

  async #tell(offer: Offer, esme: EsmeSession): Promise<void> {
    try {
      let status = 0;
      for (const { body, tlvs } of (offer.parts ??= this.#write(offer.delivery, esme))) {
        const response = await esme.session.request('deliver_sm', body, tlvs);
        status = response.command === 'generic_nack' ? response.status || ESME_RUNKNOWNERR : response.status;
        if (status !== 0) break;
      }
      this.#answered(offer, esme, status);
    } catch (error) {
      this.#unanswered(offer, esme, error);
    }
    const { accountId } = offer.delivery;
    const account = this.#accounts.get(accountId);
    if (!account) return;
    account.sent--;
    const lookAt = account.pump();
    // Nothing is asked of the database for each answer; only when there is known to be more.
    if (lookAt < this.#lookAt || (account.isBehind && account.wantsMore)) this.#sleep.abort();
    this.#forgetIfDone(accountId);
  }

  #write({ body }: EsmeDelivery, { login }: EsmeSession): readonly DeliverPart[] {
    const { receipts, longMessages } = this.deps.world;
    if (body.kind === 'receipt') return [writeReceipt(body, receipts)];
    const alphabet = login.settings.alphabet ?? 'gsm7';
    const reference = this.#references.next(body.from, body.to);
    return writeInbound(body, { alphabet, concat: longMessages, reference });
  }

  #answered({ delivery }: Offer, esme: EsmeSession, status: number): void {
    const { counters, world } = this.deps;
    const { id, attempts } = delivery;
    if (status === 0) {
      esme.noteTold();
      this.#settle({ id, kind: 'told' });
    } else if (passing.includes(status) || attempts + 1 < world.limits.refusals) {
      if (overloaded.includes(status))
        this.#accounts.get(delivery.accountId)?.rest(esme, world.clock.now() + world.limits.restMs);
      this.#putOff(delivery);
    } else {
      counters.givenUp++;
      world.logger.warn(
        { session: esme.id, account: delivery.accountId, delivery: id, status },
        'an ESME refused a delivery',
      );
      this.#settle({ id, kind: 'refused' });
    }
  }

  /** Nobody knows whether the ESME has it: another session is asked at once, where there is one. */
  #unanswered(offer: Offer, esme: EsmeSession, error: unknown): void {
    const { delivery } = offer;
    const account = this.#accounts.get(delivery.accountId);
    if (error instanceof SessionClosed && !error.written) {
      if (account?.hasReceivers) account.add(offer);
      else this.#settle({ id: delivery.id, kind: 'returned' });
    } else if (error instanceof SessionClosed || error instanceof ResponseTimeout) {
      const isSilent = error instanceof ResponseTimeout;
      const hasOther = isSilent ? account?.desert(esme) : account?.hasReceivers;
      if (hasOther === true && account && ++offer.unanswered === 1) account.add(offer);
      else this.#putOff(delivery);
    } else {
      const { logger } = this.deps.world;
      logger.error(
        { session: esme.id, delivery: delivery.id, fault: kindOf(error) },
        'a delivery could not be written',
      );
      this.#putOff(delivery);
    }
  }

  #putOff({ id, attempts }: EsmeDelivery): void {
    const { limits, clock } = this.deps.world;
    const [first, longest] = limits.offerAgainMs;
    this.deps.counters.putOff++;
    this.#settle({ id, kind: 'later', nextAt: clock.now() + Math.min(longest, first * 2 ** Math.min(attempts, 20)) });
  }

  /** What cannot be written is offered again; an ESME knows what it has heard before by its id. */
  #settle(outcome: EsmeDeliveryOutcome): void {
    const settling = this.deps.sms.esme
      .settleDelivery(outcome)
      .catch((error: unknown) =>
        this.deps.world.logger.error({ delivery: outcome.id, fault: kindOf(error) }, 'a delivery could not be settled'),
      )
      .finally(() => this.#settling.delete(settling));
    this.#settling.add(settling);
  }

  #forgetIfDone(accountId: string): void {
    const account = this.#accounts.get(accountId);
    if (account && !account.hasReceivers && account.sent === 0) this.#accounts.delete(accountId);
  }
}
