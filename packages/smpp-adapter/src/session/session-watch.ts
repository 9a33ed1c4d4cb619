import type { CloseReason } from './errors.js';
import { tickMsOf, type SessionLimits } from './session-limits.js';
import type { SessionState } from './session-state.js';

/** What the watch sees of its session at a tick. */
interface Sight {
  state: SessionState;
  /** True while nothing is read from the peer because we are behind. */
  isPaused: boolean;
  backlog: number;
  /** Octets the operating system has taken so far. */
  taken: number;
}

interface Watched {
  look(): Sight;
  sendEnquireLink(): void;
  /** Gives up requests whose time is over by this tick. */
  expire(tick: number): void;
  /** The time to finish what was begun before an unbind is over. */
  endUnbinding(): void;
  fail(reason: CloseReason): void;
}

/**
 * The timers of a session, all told by one interval: no PDU starts or clears one. Time is counted in ticks, and in
 * two ways. `#ticks` is time itself. `#heard` stands still while we do not read, because what has not been read must
 * not count as silence; and neither counts while the whole process is busy. Source: contracts/smpp.md §5.4.
 */
export class SessionWatch {
  readonly #tickMs: number;
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;
  #heard = 0;
  #receivedAt = 0;
  #sentAt = 0;
  #read = false;
  #partialSince = Infinity;
  #enquireDeadline = Infinity;
  #stall = { since: Infinity, taken: 0 };
  #drainDeadline = Infinity;
  #destroyDeadline = Infinity;

  constructor(
    private readonly session: Watched,
    private readonly limits: SessionLimits,
  ) {
    this.#tickMs = tickMsOf(limits.timers);
    // The socket keeps the process alive; a timer beside it need not.
    this.#timer = setInterval(() => this.#tick(), this.#tickMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The tick by which a request sent now must have been answered. */
  readonly deadlineOf = (timeoutMs: number): number => this.#heard + this.#ticksOf(timeoutMs);

  /** A chunk has been read: whether a PDU came to its end in it, and how much of the next one is there. */
  noteRead(framed: boolean, pendingOctets: number): void {
    this.#read = true;
    if (framed) this.#receivedAt = this.#heard;
    if (pendingOctets === 0) this.#partialSince = Infinity;
    else if (framed || this.#partialSince === Infinity) this.#partialSince = this.#heard;
  }

  /** A PDU other than our own enquire_link has been written. */
  noteSent(): void {
    this.#sentAt = this.#heard;
  }

  noteEnquireAnswered(): void {
    this.#enquireDeadline = Infinity;
  }

  startDraining(drainMs: number): void {
    this.#drainDeadline = this.#ticks + this.#ticksOf(drainMs);
  }

  startHalfClose(): void {
    this.#destroyDeadline = this.#ticks + this.#ticksOf(this.limits.timers.halfCloseMs);
  }

  #ticksOf(ms: number): number {
    // One more, because the tick that is running is not a whole one.
    return ms > 0 ? Math.ceil(ms / this.#tickMs) + 1 : Infinity;
  }

  #tick(): void {
    this.#ticks++;
    const sight = this.session.look();
    if (!sight.isPaused || this.#read) this.#heard++;
    this.#read = false;
    this.session.expire(this.#heard);
    const reason = this.#reasonToClose(sight);
    if (reason !== undefined) this.session.fail(reason);
    else if (this.#ticks >= this.#drainDeadline) this.session.endUnbinding();
    else this.#enquire(sight);
  }

  #reasonToClose(sight: Sight): CloseReason | undefined {
    const { timers } = this.limits;
    const { state } = sight;
    // What closed it has been told before; this only makes an end of the waiting.
    if (state === 'CLOSED') return this.#ticks >= this.#destroyDeadline ? 'closed_by_owner' : undefined;
    if (this.#isStalled(sight)) return 'write_stall';
    if (state === 'OPEN' && this.#ticks >= this.#ticksOf(timers.sessionInitMs)) return 'session_init_timeout';
    if (this.#heard >= this.#partialSince + this.#ticksOf(timers.incompletePduMs)) return 'incomplete_pdu';
    if (this.#heard >= this.#enquireDeadline) return 'enquire_timeout';
    const active = Math.max(this.#receivedAt, this.#sentAt);
    if (state !== 'OPEN' && this.#heard >= active + this.#ticksOf(timers.idleMs)) return 'idle_timeout';
    return undefined;
  }

  #isStalled({ backlog, taken }: Sight): boolean {
    if (backlog <= this.limits.maxBacklogOctets) this.#stall.since = Infinity;
    else if (this.#stall.since === Infinity || this.#stall.taken !== taken) this.#stall = { since: this.#ticks, taken };
    return this.#ticks >= this.#stall.since + this.#ticksOf(this.limits.timers.writeStallMs);
  }

  /** Silence is what the peer does not send: a connection that is dead one way takes what we write for minutes. */
  #enquire({ state }: Sight): void {
    if (state === 'OPEN' || state === 'CLOSED' || this.#enquireDeadline !== Infinity) return;
    const { enquireLinkMs, enquireResponseMs } = this.limits.timers;
    if (this.#heard < this.#receivedAt + this.#ticksOf(enquireLinkMs)) return;
    this.#enquireDeadline = this.#heard + this.#ticksOf(enquireResponseMs);
    this.session.sendEnquireLink();
  }
}
