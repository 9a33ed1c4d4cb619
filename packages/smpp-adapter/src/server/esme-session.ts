import type { EsmeLogin, EsmeSessionView } from '@ujumbe/core';
import type { RequestName, ResponseName } from '../pdu/commands.js';
import type { PduInput } from '../pdu/encode.js';
import type { AnyPdu, Pdu } from '../pdu/pdu.js';
import { Fifo } from '../session/fifo.js';
import { limitsOf } from '../session/session-limits.js';
import type { SmppSession } from '../session/smpp-session.js';
import { commandStatus } from '../status-codes.js';
import { addressRangeOf } from './address-range.js';
import { SegmentRate } from './segment-rate.js';
import { StatusCounter, type CountsByStatus, type ServerCounters } from './server-counters.js';
import type { ServerWorld } from './server-options.js';

export type BindKind = EsmeSessionView['bind'];

/** A bound session, as people look at it. */
export interface SmppSessionView extends EsmeSessionView {
  accountId: string;
  teamCode: string;
  /** The most deliveries that may be with it unanswered. */
  windowSize: number;
  /** What was refused, by why. */
  refusedByStatus: CountsByStatus;
}

/** What is known of a session when it binds. */
export interface NewEsmeSession {
  readonly id: string;
  readonly session: SmppSession;
  readonly login: EsmeLogin;
  readonly bind: BindKind;
  readonly address: string;
  readonly tls: boolean;
  readonly addressRange: string;
}

/** A session of an account: its rate, and what it is owed an answer for. */
export class EsmeSession {
  readonly id: string;
  readonly session: SmppSession;
  readonly bind: BindKind;
  readonly address: string;
  readonly windowSize: number;
  readonly boundAt: number;
  login: EsmeLogin;
  readonly #tls: boolean;
  readonly #addressRange: ReturnType<typeof addressRangeOf>;
  readonly #rate: SegmentRate;
  readonly #refused = new StatusCounter();
  /** What waits for its turn in the rate, and since when what has had it is with the platform. */
  readonly #shaped = new Fifo<{ dueAt: number; work: () => void }>();
  readonly #submitting = new Map<AnyPdu, number>();
  #timer: NodeJS.Timeout | undefined;
  #lastDueAt = 0;
  #flushedUpTo = 0;
  #isWatchingFlush = false;
  #submitted = 0;
  #told = 0;

  constructor(
    known: NewEsmeSession,
    private readonly world: ServerWorld,
    private readonly counters: ServerCounters,
  ) {
    this.id = known.id;
    this.session = known.session;
    this.login = known.login;
    this.bind = known.bind;
    this.address = known.address;
    this.#addressRange = addressRangeOf(known.addressRange);
    this.#tls = known.tls;
    this.boundAt = world.clock.now();
    this.windowSize = limitsOf(world.session).windowSize;
    this.#rate = new SegmentRate(this.#allowedRate(), performance.now());
    this.session.once('close', () => {
      clearTimeout(this.#timer);
      this.#shaped.takeAll();
    });
  }

  /** Whether deliver_sm may be sent to it. One that is unbinding, or has closed its half, takes none. */
  get canReceive(): boolean {
    return this.session.state === 'BOUND_RX' || this.session.state === 'BOUND_TRX';
  }

  /** Deliveries its window has room for. */
  get room(): number {
    return this.windowSize - this.session.inFlight - this.session.waiting;
  }

  /** Whether it has said at its bind that messages to this address are for it. */
  serves(address: string): boolean {
    return this.#addressRange?.(address) === true;
  }

  /** The account is not as it was when the session was bound. */
  renew(login: EsmeLogin): void {
    this.login = login;
    this.#rate.change(this.#allowedRate());
  }

  /**
   * Does a work in its turn: at once while the session keeps to its rate, and held back up to `shapeMs` to keep it
   * there; beyond that the request is throttled. Source: contracts/smpp.md §6.4.
   */
  inTurn(pdu: AnyPdu, segments: number, work: () => void): void {
    const nowMs = performance.now();
    const waitMs = this.#rate.take(segments, nowMs, this.world.limits.shapeMs);
    if (waitMs === undefined) this.refuse(pdu, commandStatus.ESME_RTHROTTLED);
    else if (waitMs === 0 && this.#shaped.length === 0) work();
    else {
      pdu.detach();
      this.#lastDueAt = Math.max(this.#lastDueAt, nowMs + waitMs);
      this.#shaped.push({ dueAt: this.#lastDueAt, work });
      this.#timer ??= this.#wakeAt(this.#lastDueAt, nowMs);
    }
  }

  /** The platform has begun to store what this PDU submits. */
  began(pdu: AnyPdu): void {
    this.#submitting.set(pdu, this.world.clock.now());
  }

  /** It has an answer; whoever calls gives it in the same turn. */
  ended(pdu: AnyPdu): void {
    this.#submitting.delete(pdu);
  }

  /** Whether everything that was submitted here at that time or before has been answered. */
  hasAnswered(submittedAt: number): boolean {
    for (const oldest of this.#submitting.values()) return oldest > submittedAt;
    return true;
  }

  /** Whether those answers have left this machine too. */
  hasFlushed(submittedAt: number): boolean {
    const isAnswered = this.hasAnswered(submittedAt);
    if (isAnswered && this.session.backlog === 0) return true;
    this.#watchFlush();
    return isAnswered && this.#flushedUpTo >= submittedAt;
  }

  accept<C extends RequestName>(pdu: Pdu<C>, answer: Omit<PduInput<ResponseName<C>>, 'sequence'>): void {
    this.session.respond(pdu, answer);
  }

  refuse(pdu: AnyPdu, status: number): void {
    this.#refused.note(status);
    this.counters.refused.note(status);
    this.session.refuse(pdu, status);
  }

  noteSubmitted(): void {
    this.#submitted++;
    this.counters.submitted++;
  }

  noteTold(): void {
    this.#told++;
    this.counters.told++;
  }

  view(): SmppSessionView {
    const { accountId, teamCode } = this.login;
    return {
      id: this.id,
      accountId,
      teamCode,
      bind: this.bind,
      remoteAddress: this.address,
      tls: this.#tls,
      boundAt: this.boundAt,
      windowInFlight: this.session.inFlight,
      windowSize: this.windowSize,
      unanswered: this.session.unanswered,
      submitted: this.#submitted,
      refused: this.#refused.total,
      refusedByStatus: this.#refused.byName(),
      told: this.#told,
      segmentsPerSecond: this.#rate.segmentsPerSecond,
    };
  }

  #watchFlush(): void {
    if (this.#isWatchingFlush) return;
    this.#isWatchingFlush = true;
    const [oldest] = this.#submitting.values();
    const answeredUpTo = oldest === undefined ? this.world.clock.now() : oldest - 1;
    // When the connection is gone nothing is left to be overtaken, so that both outcomes are the same.
    void this.session.flushed().then(() => {
      this.#isWatchingFlush = false;
      this.#flushedUpTo = answeredUpTo;
    });
  }

  #allowedRate(): number {
    return this.login.settings.segmentsPerSecond ?? this.world.limits.segmentsPerSecond;
  }

  /** One timer for all that wait, because they wait in order. */
  #wakeAt(dueAt: number, nowMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#timer = undefined;
      const now = performance.now();
      for (let first = this.#shaped.peek(); first; first = this.#shaped.peek()) {
        // A timer may be a millisecond early, and is not set anew for less.
        if (first.dueAt > now + 1) {
          this.#timer = this.#wakeAt(first.dueAt, now);
          return;
        }
        this.#shaped.shift();
        first.work();
      }
    }, dueAt - nowMs);
  }
}
