import type { EsmeDelivery } from '@ujumbe/core';
import { Fifo } from '../session/fifo.js';
import type { BoundSessions } from './bound-sessions.js';
import type { EsmeSession } from './esme-session.js';
import type { DeliverPart } from './write-delivery.js';

/** A delivery that is in this process's hands. */
export interface Offer {
  readonly delivery: EsmeDelivery;
  /** When it may travel on another session than the one of its submit. */
  otherSessionAt: number;
  /** How often a session ended, or said nothing, with it under way. */
  unanswered: number;
  parts?: readonly DeliverPart[];
}

/** A session that takes deliveries, with those that are its own. */
interface Receiver {
  readonly esme: EsmeSession;
  readonly own: Fifo<Offer>;
  pausedUntil: number;
  /** Until then its own deliveries go to others. */
  silentUntil: number;
}

/** What of the world an account's deliveries need. */
export interface DeliveriesWorld {
  readonly sessions: BoundSessions;
  now(): number;
  readonly otherSessionAfterMs: number;
  /** Sends an offer, which comes back by `add` when it was not told. */
  send(offer: Offer, esme: EsmeSession): void;
}

/**
 * Enough for what some windows take while more is claimed, and for what some batches of receipts bring: what there is no
 * room for is stored unclaimed and has to be claimed.
 */
const fewWaiting = 2_000;
const mostHeld = 5_000;
/** How soon a session is looked at again whose answers have not left. */
const soonMs = 5;
/** How long a session that did not answer is passed over. */
const silenceMs = 10_000;

/**
 * The deliveries of one account in this process, on their way to its sessions: receipts to the session of their
 * submit when that can receive, everything else to one session after the other. Source: contracts/smpp.md §6.3.
 */
export class AccountDeliveries {
  readonly #receivers: Receiver[] = [];
  /** For whichever session has room. */
  readonly #ready = new Fifo<Offer>();
  /** Receipts that may not travel on another session yet, in about the order in which they may. */
  readonly #held = new Fifo<Offer>();
  /** Of those, the ones whose time has come while the answer to their submit has not left. */
  #overtaking: Offer[] = [];
  #next = 0;
  /** Offers that are with a session and have no answer. */
  sent = 0;
  /** Whether the platform has, or may have, more for it than has been claimed. */
  isBehind = true;

  constructor(private readonly world: DeliveriesWorld) {}

  get hasReceivers(): boolean {
    return this.#receivers.length > 0;
  }

  get waiting(): number {
    return this.#receivers.reduce((sum, { own }) => sum + own.length, this.#ready.length + this.#heldBack);
  }

  /** Whether more should be claimed. */
  get wantsMore(): boolean {
    return this.hasReceivers && this.waiting - this.#heldBack < fewWaiting && this.#heldBack < mostHeld;
  }

  get #heldBack(): number {
    return this.#held.length + this.#overtaking.length;
  }

  addReceiver(esme: EsmeSession): void {
    this.#receivers.push({ esme, own: new Fifo(), pausedUntil: 0, silentUntil: 0 });
  }

  /** What was to go to this session goes elsewhere; with the last session all comes back, to be given back. */
  removeReceiver(esme: EsmeSession): Offer[] {
    const index = this.#receivers.findIndex((receiver) => receiver.esme === esme);
    const [removed] = index === -1 ? [] : this.#receivers.splice(index, 1);
    for (const offer of removed?.own.takeAll() ?? []) this.add(offer);
    if (this.hasReceivers) return [];
    return [...this.#ready.takeAll(), ...this.#overtaking.splice(0), ...this.#held.takeAll()];
  }

  /** Takes a delivery in, or back. */
  add(offer: Offer): void {
    const { body } = offer.delivery;
    if (body.kind === 'inbound') {
      this.#ready.push(offer);
      return;
    }
    const own = this.#receivers.find(({ esme }) => esme.id === body.session);
    if (own && offer.unanswered === 0 && own.silentUntil <= this.world.now()) own.own.push(offer);
    else this.#hold(offer);
  }

  /** A session is overloaded: it is left alone for a while. */
  rest(esme: EsmeSession, untilMs: number): void {
    const receiver = this.#receivers.find((one) => one.esme === esme);
    if (receiver) receiver.pausedUntil = untilMs;
  }

  /** A session does not answer: what was to go to it goes to others for a while. False where there are none. */
  desert(esme: EsmeSession): boolean {
    if (!this.#receivers.some((receiver) => receiver.esme !== esme)) return false;
    const deserted = this.#receivers.find((one) => one.esme === esme);
    if (!deserted) return true;
    deserted.pausedUntil = deserted.silentUntil = this.world.now() + silenceMs;
    for (const offer of deserted.own.takeAll()) this.#hold(offer);
    return true;
  }

  /** Sends what can be sent now; answers when to look again, at the latest. */
  pump(): number {
    const nowMs = this.world.now();
    let lookAt = this.#release(nowMs);
    for (const receiver of this.#receivers) lookAt = Math.min(lookAt, this.#sendOwn(receiver, nowMs));
    for (let first = this.#ready.peek(); first; first = this.#ready.peek()) {
      const receiver = this.#nextReceiver(first, nowMs);
      if (!receiver) break;
      this.#ready.shift();
      this.#send(first, receiver.esme);
    }
    // A full window needs no look: its next answer makes one.
    const paused = this.#receivers.filter(({ pausedUntil }) => pausedUntil > nowMs);
    return this.#ready.length === 0 ? lookAt : Math.min(lookAt, ...paused.map(({ pausedUntil }) => pausedUntil));
  }

  #hold(offer: Offer): void {
    const nowMs = this.world.now();
    const { body } = offer.delivery;
    const submittedAt = body.kind === 'receipt' ? body.submittedAt : 0;
    offer.otherSessionAt = Math.min(submittedAt, nowMs) + this.world.otherSessionAfterMs;
    if (offer.otherSessionAt > nowMs) this.#held.push(offer);
    else this.#overtaking.push(offer);
  }

  /** Lets those go whose time has come, unless the answer to their submit has not left yet. */
  #release(nowMs: number): number {
    for (let first = this.#held.peek(); first && first.otherSessionAt <= nowMs; first = this.#held.peek()) {
      this.#overtaking.push(first);
      this.#held.shift();
    }
    if (this.#overtaking.length > 0) {
      for (const offer of this.#overtaking.splice(0)) {
        (this.#hasLeft(offer) ? this.#ready : this.#overtaking).push(offer);
      }
    }
    if (this.#overtaking.length > 0) return nowMs + soonMs;
    return this.#held.peek()?.otherSessionAt ?? Infinity;
  }

  /** Whether the answer to the submit is on its way to the ESME. */
  #hasLeft({ delivery: { body } }: Offer): boolean {
    const submitter = body.kind === 'receipt' ? this.world.sessions.get(body.session) : undefined;
    return !submitter || body.kind !== 'receipt' || submitter.hasFlushed(body.submittedAt);
  }

  #sendOwn({ esme, own, pausedUntil }: Receiver, nowMs: number): number {
    if (own.length === 0) return Infinity;
    if (pausedUntil > nowMs) return pausedUntil;
    for (let first = own.peek(); first && esme.room > 0; first = own.peek()) {
      const { body } = first.delivery;
      // On one connection the order of writing is enough: what has been answered is written before.
      if (body.kind === 'receipt' && !esme.hasAnswered(body.submittedAt)) return nowMs + soonMs;
      own.shift();
      this.#send(first, esme);
    }
    return Infinity;
  }

  /** One after the other, so that a slow session does not hold up a quick one. */
  #nextReceiver({ delivery: { body } }: Offer, nowMs: number): Receiver | undefined {
    const asked = body.kind === 'inbound' ? this.#receivers.filter(({ esme }) => esme.serves(body.to)) : [];
    const receivers = asked.length > 0 ? asked : this.#receivers;
    const first = this.#next++ % receivers.length;
    return [...receivers.slice(first), ...receivers.slice(0, first)].find(
      ({ esme, pausedUntil }) => esme.room > 0 && pausedUntil <= nowMs,
    );
  }

  #send(offer: Offer, esme: EsmeSession): void {
    this.sent++;
    this.world.send(offer, esme);
  }
}
