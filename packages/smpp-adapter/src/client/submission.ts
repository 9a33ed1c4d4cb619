import type { OutboundMessage, SubmitOutcome } from '@ujumbe/core';
import { describeStatus, type Refusal } from './outcome-of-status.js';
import type { SubmitPart } from './write-submit.js';

/** What became of one part, so far. */
export type PartState =
  | { readonly kind: 'unsent' }
  /** With the operator, which has not answered yet. */
  | { readonly kind: 'sent' }
  | { readonly kind: 'taken'; readonly id: string }
  | { readonly kind: 'refused'; readonly status: number; readonly refusal: Refusal }
  /** It left, and no answer will come. */
  | { readonly kind: 'unanswered'; readonly why: string };

/** Where a message stands when all its parts that left have an end: it is over, or its missing parts go again. */
export type Standing =
  { readonly outcome: SubmitOutcome } | { readonly outcome?: never; readonly retryAfterMs: number };

const unsent: PartState = { kind: 'unsent' };

/** One message on its way to the operator, from the queue to its outcome. */
export class Submission {
  readonly outcome: Promise<SubmitOutcome>;
  parts: readonly SubmitPart[] = [];
  userReference: number | undefined;
  isSettled = false;
  #states: PartState[] = [];
  #resolve!: (outcome: SubmitOutcome) => void;

  constructor(
    readonly message: OutboundMessage,
    readonly signal: AbortSignal,
    /** Since when it waits for its turn. */
    public queuedAt: number,
  ) {
    this.outcome = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Whether it was given to the operator, wholly or in part. */
  get hasBegun(): boolean {
    return this.#states.some(({ kind }) => kind !== 'unsent' && kind !== 'refused');
  }

  /** The places of the parts that the operator certainly does not have. */
  get missing(): number[] {
    return this.#states.flatMap(({ kind }, place) => (kind === 'unsent' || kind === 'refused' ? [place] : []));
  }

  begin(parts: readonly SubmitPart[]): void {
    this.parts = parts;
    this.#states = parts.map(() => unsent);
  }

  note(place: number, state: PartState): void {
    this.#states[place] = state;
  }

  /** The first outcome counts. */
  settle(outcome: SubmitOutcome): void {
    this.isSettled = true;
    this.#resolve(outcome);
  }

  /**
   * A message of which nothing was taken is handed back whole. Once the operator has, or may have, a part of it, that
   * part is never sent again: only what is missing goes after it. A part that will never be taken spoils the message,
   * for which the customer then does not pay, though the operator has taken other parts.
   */
  standing(): Standing {
    const states = this.#states;
    const refused = states.filter((state) => state.kind === 'refused');
    const final = refused.find(({ refusal }) => 'code' in refusal);
    if (final) return { outcome: this.#rejected(final) };
    const ids = states.flatMap((state) => (state.kind === 'taken' ? [state.id] : []));
    if (ids.length === states.length) return { outcome: { kind: 'accepted', upstreamIds: ids } };
    const retryAfterMs = Math.max(
      0,
      ...refused.map(({ refusal }) => ('retryAfterMs' in refusal ? refusal.retryAfterMs : 0)),
    );
    if (!this.hasBegun) {
      const detail = refused[0] === undefined ? 'the connection ended first' : describeStatus(refused[0].status);
      return { outcome: { kind: 'deferred', retryAfterMs, detail } };
    }
    return this.missing.length > 0 ? { retryAfterMs } : { outcome: this.givenUp('') };
  }

  /** The outcome when nothing more is done for it. */
  givenUp(why: string): SubmitOutcome {
    if (!this.hasBegun) return { kind: 'deferred', detail: why };
    const unanswered = this.#states.find((state) => state.kind === 'unanswered');
    const taken = this.#states.filter(({ kind }) => kind === 'taken').length;
    const reason = unanswered?.why ?? why;
    const progress = this.#states.length > 1 ? ` (${taken} of ${this.#states.length} parts were taken)` : '';
    return { kind: 'unknown', detail: `${reason}${progress}` };
  }

  #rejected(final: Extract<PartState, { kind: 'refused' }>): SubmitOutcome {
    const code = 'code' in final.refusal ? final.refusal.code : 'upstream_rejected';
    const taken = this.#states.filter(({ kind }) => kind === 'taken').length;
    const progress = taken > 0 ? `; ${taken} of ${this.#states.length} parts had been taken` : '';
    return { kind: 'rejected', code, detail: `the operator answered ${describeStatus(final.status)}${progress}` };
  }
}
