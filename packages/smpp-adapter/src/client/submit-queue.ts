import { shortReferenceOf, type OutboundMessage, type SmsErrorCode, type SubmitOutcome } from '@ujumbe/core';
import { PduError } from '../pdu/errors.js';
import { Fifo } from '../session/fifo.js';
import type { SmppSession } from '../session/smpp-session.js';
import { commandStatus } from '../status-codes.js';
import { AbortWatch } from './abort-watch.js';
import type { Link } from './link.js';
import { Pace } from './pace.js';
import { readAnswer, readFailure } from './read-answer.js';
import { Submission, type PartState } from './submission.js';
import type { ClientSettings } from './transport-options.js';
import { SubmitWriter, type SubmitPart } from './write-submit.js';

/** What has been submitted. */
export interface SubmitCounts {
  /** submit_sm sent, the ones that were refused included. */
  submits: number;
  /** Messages by their outcome. */
  accepted: number;
  rejected: number;
  deferred: number;
  unknown: number;
  /** Submits refused because the operator had too much to do. */
  throttled: number;
}

interface QueueOptions {
  readonly settings: ClientSettings;
  readonly senders: readonly Link[];
}

const { ESME_RINVMSGLEN, ESME_ROPTPARNOTALLWD } = commandStatus;
/** How often what has waited too long is looked for. */
const lookEveryMs = 100;
/** How long answers are waited for after an abort; the caller wants to know within a second. */
const afterAbortMs = 500;

/**
 * Messages that wait for a bind, for room in its window and for the operator's pace, in the order they came, and
 * those that are with the operator.
 */
export class SubmitQueue {
  readonly counts: SubmitCounts = { submits: 0, accepted: 0, rejected: 0, deferred: 0, unknown: 0, throttled: 0 };
  readonly #waiting = new Fifo<Submission>();
  /** Messages whose first parts have left: they go before the others. */
  readonly #begun = new Fifo<Submission>();
  /** Everything that has no outcome and is not in `#waiting`. */
  readonly #withOperator = new Set<Submission>();
  readonly #aborts = new AbortWatch((signal) => this.#abort(signal));
  readonly #writer: SubmitWriter;
  readonly #pace: Pace;
  #nextSender = 0;
  #isOpen = false;
  #looking: NodeJS.Timeout | undefined;
  #pacing: NodeJS.Timeout | undefined;
  #sendsReferences: boolean;
  #onIdle: (() => void) | undefined;

  constructor(private readonly options: QueueOptions) {
    const { settings } = options;
    this.#writer = new SubmitWriter(settings);
    this.#pace = new Pace(settings.tps ?? Infinity, Date.now());
    this.#sendsReferences = settings.userReference ?? true;
  }

  get pace(): number {
    return this.#pace.current;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Hands back what waits, and waits for the answers to the rest; what then has none is `unknown`. */
  async close(drainMs: number): Promise<void> {
    this.#isOpen = false;
    this.#handBack(() => true, 'the transport is being stopped');
    if (this.#withOperator.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, drainMs)));
      await Promise.race([new Promise<void>((resolve) => (this.#onIdle = resolve)), patience]);
      clearTimeout(timer);
    }
    this.#giveUp(() => true, 'the transport was stopped before the operator answered');
    clearInterval(this.#looking);
    clearTimeout(this.#pacing);
    this.#looking = undefined;
    this.#pacing = undefined;
  }

  add(messages: readonly OutboundMessage[], signal: AbortSignal): Promise<SubmitOutcome>[] {
    if (!this.#isOpen || signal.aborted) {
      const detail = signal.aborted ? 'it was given up before it was sent' : 'the transport is not running';
      this.counts.deferred += messages.length;
      return messages.map(() => Promise.resolve({ kind: 'deferred', detail }));
    }
    this.#aborts.add(signal, messages.length);
    const nowMs = Date.now();
    const outcomes = messages.map((message) => {
      const submission = new Submission(message, signal, nowMs);
      this.#waiting.push(submission);
      return submission.outcome;
    });
    this.#keepLooking();
    this.pump();
    return outcomes;
  }

  /** Sends what may leave now. Called whenever that may be more than before. */
  pump(): void {
    for (;;) {
      const queue = this.#begun.length > 0 ? this.#begun : this.#waiting;
      const next = queue.peek();
      if (!next) return;
      if (next.isSettled) {
        queue.shift();
        continue;
      }
      const session = this.#sessionWithRoom();
      if (!session) return;
      const nowMs = Date.now();
      if (!this.#pace.allows(nowMs)) {
        this.#pacing ??= setTimeout(() => {
          this.#pacing = undefined;
          this.pump();
        }, this.#pace.waitMs());
        return;
      }
      queue.shift();
      this.#send(next, session, nowMs);
    }
  }

  /** The next bind in turn whose window has room. */
  #sessionWithRoom(): SmppSession | undefined {
    const { senders, settings } = this.options;
    const first = this.#nextSender;
    for (let turn = 0; turn < senders.length; turn++) {
      const place = (first + turn) % senders.length;
      const session = senders[place]?.session;
      this.#nextSender = (place + 1) % senders.length;
      // What waits in a session is the rest of a long message.
      if (session && session.inFlight < settings.window && session.waiting === 0) return session;
    }
    return undefined;
  }

  #send(submission: Submission, session: SmppSession, nowMs: number): void {
    if (submission.parts.length === 0 && !this.#begin(submission, nowMs)) return;
    if (submission.hasBegun && this.#isOver(submission, nowMs)) return;
    this.#withOperator.add(submission);
    const places = submission.missing;
    this.#pace.take(places.length, nowMs);
    void this.#sendParts(submission, session, places);
  }

  /** Writes the parts; false when there is nothing to send, and the message has its outcome. */
  #begin(submission: Submission, nowMs: number): boolean {
    const { message } = submission;
    if (message.expiresAt <= nowMs) {
      this.#settle(submission, { kind: 'deferred', detail: 'its validity is over' });
      return false;
    }
    if (this.#sendsReferences) submission.userReference = shortReferenceOf(message.id);
    try {
      submission.begin(this.#writer.write(message, nowMs, submission.userReference));
      return true;
    } catch (error) {
      this.#settle(submission, { kind: 'rejected', ...this.#whyUnwritten(error) });
      return false;
    }
  }

  #whyUnwritten(error: unknown): { code: SmsErrorCode; detail: string } {
    if (error instanceof PduError) {
      const code = error.status === ESME_RINVMSGLEN ? 'message_too_long' : 'upstream_rejected';
      return { code, detail: error.message };
    }
    // Its neighbours must not suffer from a mistake of ours.
    const { logger, name } = this.options.settings;
    logger.error({ err: error, transport: name }, 'a message could not be written');
    return { code: 'internal', detail: 'the message could not be written' };
  }

  /** All parts leave together, on one bind and in order; then it is seen where the message stands. */
  async #sendParts(submission: Submission, session: SmppSession, places: readonly number[]): Promise<void> {
    if (places.length === 1) await this.#sendPart(submission, session, places[0] ?? 0);
    else await Promise.all(places.map((place) => this.#sendPart(submission, session, place)));
    if (submission.isSettled) this.#withOperator.delete(submission);
    else this.#proceed(submission);
    this.pump();
  }

  async #sendPart(submission: Submission, session: SmppSession, place: number): Promise<void> {
    const part = submission.parts[place];
    if (!part) return;
    submission.note(place, { kind: 'sent' });
    this.counts.submits++;
    const state = await this.#ask(submission, session, place, part);
    if (state.kind === 'unsent') this.counts.submits--;
    if (state.kind === 'refused' && 'tooFast' in state.refusal && state.refusal.tooFast) {
      this.counts.throttled++;
      this.#pace.slowDown(Date.now());
    }
    submission.note(place, state);
  }

  async #ask(submission: Submission, session: SmppSession, place: number, part: SubmitPart): Promise<PartState> {
    try {
      const response = await session.request('submit_sm', part.body, part.tlvs);
      if (response.status !== ESME_ROPTPARNOTALLWD || submission.userReference === undefined) {
        return readAnswer(response, `${submission.message.id}-${place + 1}`, this.options.settings);
      }
      this.#sendsReferences = false;
      return { kind: 'refused', status: response.status, refusal: { retryAfterMs: 0, tooFast: false } };
    } catch (error) {
      return readFailure(error);
    }
  }

  /** Nothing of the message is on its way any more: it has its outcome, or its missing parts go after the others. */
  #proceed(submission: Submission): void {
    const standing = submission.standing();
    if (standing.outcome) this.#settle(submission, standing.outcome);
    else if (this.#isOver(submission, Date.now() + standing.retryAfterMs)) return;
    else if (submission.signal.aborted || !this.#isOpen) {
      this.#settle(submission, submission.givenUp('it was given up before all parts were taken'));
    } else {
      setTimeout(() => {
        if (submission.isSettled) return;
        this.#begun.push(submission);
        this.#keepLooking();
        this.pump();
      }, standing.retryAfterMs).unref();
    }
  }

  /** Whether the time is over in which its missing parts may go; then it has its outcome. */
  #isOver(submission: Submission, nowMs: number): boolean {
    if (nowMs < submission.message.expiresAt) return false;
    this.#settle(submission, submission.givenUp('its validity was over before all parts were taken'));
    return true;
  }

  #settle(submission: Submission, outcome: SubmitOutcome): void {
    if (submission.isSettled) return;
    this.#aborts.remove(submission.signal);
    this.counts[outcome.kind]++;
    this.#withOperator.delete(submission);
    submission.settle(outcome);
    if (this.#withOperator.size === 0) this.#onIdle?.();
  }

  #abort(signal: AbortSignal): void {
    const isIts = (submission: Submission): boolean => submission.signal === signal;
    this.#handBack(isIts, 'it was given up before it was sent');
    setTimeout(() => this.#giveUp(isIts, 'it was given up before the operator answered'), afterAbortMs).unref();
  }

  /** Hands back messages of which nothing has left. */
  #handBack(which: (submission: Submission) => boolean, detail: string): void {
    for (const submission of this.#waiting.takeAll()) {
      if (which(submission)) this.#settle(submission, { kind: 'deferred', detail });
      else this.#waiting.push(submission);
    }
  }

  #giveUp(which: (submission: Submission) => boolean, why: string): void {
    for (const submission of this.#withOperator) {
      if (which(submission)) this.#settle(submission, submission.givenUp(why));
    }
  }

  #keepLooking(): void {
    this.#looking ??= setInterval(() => this.#look(), lookEveryMs).unref();
  }

  /** Hands back what has waited for so long that the platform had better decide again. */
  #look(): void {
    const { holdMs } = this.options.settings.timers;
    const before = Date.now() - holdMs;
    for (let first = this.#waiting.peek(); first && first.queuedAt <= before; first = this.#waiting.peek()) {
      this.#waiting.shift();
      if (!first.isSettled)
        this.#settle(first, { kind: 'deferred', retryAfterMs: this.#retryAfterMs(), detail: this.#whyHeld() });
    }
    const nowMs = Date.now();
    for (const submission of this.#begun.takeAll()) {
      if (!submission.isSettled && !this.#isOver(submission, nowMs)) this.#begun.push(submission);
    }
    if (this.#waiting.length > 0 || this.#begun.length > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  #whyHeld(): string {
    return this.options.senders.some(({ session }) => session) ? 'the operator takes no more for now' : 'no bind is up';
  }

  /** Until a bind may be there again. */
  #retryAfterMs(): number {
    const { senders } = this.options;
    if (senders.some(({ session }) => session)) return 0;
    return Math.max(0, Math.min(...senders.map(({ nextAttemptAt }) => nextAttemptAt)) - Date.now());
  }
}
