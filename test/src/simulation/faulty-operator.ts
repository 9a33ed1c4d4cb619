import { setTimeout as pause } from 'node:timers/promises';
import type { OutboundMessage, SubmitOutcome, Transport, UpstreamReport } from '@ujumbe/core';
import type { SeededRandom } from '../faults/seeded-random.js';

/** What an operator did with a message, as only the operator knows. */
export interface Dealing {
  /** How often it took the message. */
  taken: number;
  /** Whether a submit went by without a word: it may have taken the message, and may not. */
  lost: boolean;
  /** Whether its answer was heard. */
  answered: boolean;
}

type Fault = 'none' | 'slow' | 'deferred' | 'lost' | 'answer lost' | 'answer fails';
const faults: readonly Fault[] = [
  'none',
  'none',
  'none',
  'none',
  'slow',
  'slow',
  'deferred',
  'lost',
  'answer lost',
  'answer fails',
];

const slowMs = 300;
const latestReceiptMs = 400;

/**
 * A way to an operator on which everything goes wrong that can: submits are refused for now, lost, answered late or
 * not at all; receipts come twice, late, in another order, before the answer, under ids spelt differently, and some
 * under ids nobody has ever heard of. The operator outlives the platform: what it could not tell it tells later.
 */
export class FaultyOperator implements Transport {
  readonly name: string;
  readonly recognisesRepeats = false;
  readonly dealings = new Map<string, Dealing>();
  /** Receipts that were made up. */
  strays = 0;
  #listener: (reports: UpstreamReport[]) => Promise<void> = () => Promise.reject(new Error('Nobody listens yet.'));
  /** By the inner transport's ids: whose message a segment is of, and the number this operator gives it. */
  readonly #segments = new Map<string, { reference: string; number: string }>();
  /** The message being handed over, for receipts that come before the answer. */
  #handingOver = '';
  #lastNumber = 7_000_000_000;
  #untold = 0;
  #isClosed = false;

  constructor(
    private readonly inner: Transport,
    private readonly random: SeededRandom,
  ) {
    this.name = inner.name;
    inner.onReports((reports) => this.#scatter(reports));
  }

  /** Reports that are still to be told. */
  get untold(): number {
    return this.#untold;
  }

  /** Closes the business: what was not told by now never will be. */
  close(): void {
    this.#isClosed = true;
  }

  onReports(listener: (reports: UpstreamReport[]) => Promise<void>): void {
    this.#listener = listener;
  }

  async start(): Promise<void> {
    await this.inner.start?.();
  }

  async stop(): Promise<void> {
    await this.inner.stop?.();
  }

  submit(messages: readonly OutboundMessage[], signal: AbortSignal): Promise<SubmitOutcome>[] {
    if (this.random.happens(0.01)) {
      for (const { id } of messages) this.#dealing(id).lost = true;
      throw new Error('The connection broke.');
    }
    const outcomes = messages.map((message) => this.#submitOne(message, signal));
    // Now and then one promise fewer than there are messages, as a transport with a mistake in it would give.
    const last = messages.at(-1);
    if (last && this.random.happens(0.02)) {
      outcomes.pop()?.catch(() => undefined);
      Object.assign(this.#dealing(last.id), { answered: false, lost: true });
    }
    return outcomes;
  }

  async #submitOne(message: OutboundMessage, signal: AbortSignal): Promise<SubmitOutcome> {
    const dealing = this.#dealing(message.id);
    const fault = this.random.pick(faults);
    if (fault === 'deferred') return { kind: 'deferred', retryAfterMs: 50 };
    if (fault === 'lost') {
      dealing.lost = true;
      return { kind: 'unknown', detail: 'no answer' };
    }
    dealing.answered = fault === 'none' || fault === 'slow';
    const outcome = await this.#handOver(message, signal);
    if (outcome.kind === 'deferred') return outcome;
    dealing.taken++;
    if (fault === 'none') return outcome;
    await pause(this.random.between(0, slowMs));
    if (fault === 'slow') return outcome;
    if (fault === 'answer fails') throw new Error('The connection broke after the submit.');
    return { kind: 'unknown', detail: 'no answer' };
  }

  async #handOver(message: OutboundMessage, signal: AbortSignal): Promise<SubmitOutcome> {
    this.#handingOver = message.id;
    const [answer] = this.inner.submit([message], signal);
    const outcome = (await answer) ?? { kind: 'unknown', detail: 'no answer' };
    if (outcome.kind !== 'accepted') return outcome;
    return { ...outcome, upstreamIds: outcome.upstreamIds.map((id) => this.#segment(id, message.id).number) };
  }

  #segment(innerId: string, reference: string): { reference: string; number: string } {
    let segment = this.#segments.get(innerId);
    if (!segment) this.#segments.set(innerId, (segment = { reference, number: String(++this.#lastNumber) }));
    return segment;
  }

  #dealing(id: string): Dealing {
    let dealing = this.dealings.get(id);
    if (!dealing) this.dealings.set(id, (dealing = { taken: 0, lost: false, answered: false }));
    return dealing;
  }

  /** Tells each report in its own time. */
  #scatter(reports: readonly UpstreamReport[]): Promise<void> {
    for (const report of this.random.shuffled(reports)) {
      if (report.kind === 'inbound') {
        void this.#tell(report);
        continue;
      }
      const { reference, number } = this.#segment(report.upstreamId, report.reference ?? this.#handingOver);
      const copies = this.random.happens(0.2) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        void this.#tell({ ...report, reference, upstreamId: this.#spelt(number) });
      }
      if (this.random.happens(0.05)) void this.#tell({ ...report, upstreamId: `stray-${++this.strays}` });
    }
    return Promise.resolve();
  }

  async #tell(report: UpstreamReport): Promise<void> {
    this.#untold++;
    await pause(this.random.happens(0.5) ? 0 : this.random.between(0, latestReceiptMs));
    while (!this.#isClosed) {
      try {
        await this.#listener([report]);
        break;
      } catch {
        await pause(50);
      }
    }
    this.#untold--;
  }

  /** An id in one of the ways operators write one. */
  #spelt(number: string): string {
    const hex = BigInt(number).toString(16);
    return this.random.pick([number, number, `00${number}`, hex, hex.toUpperCase()]);
  }
}
