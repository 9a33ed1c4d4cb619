import type {
  OutboundMessage,
  ReceiptReport,
  ReceiptState,
  SubmitOutcome,
  Transport,
  UpstreamReport,
} from '../messaging/transport.js';
import { operatorScript, scriptedEnd, type OperatorScript } from './operator-script.js';

export interface SimulatorOptions {
  /** `simulator` unless said otherwise. */
  name?: string;
  /** From submit to receipt; 50 unless said otherwise. */
  delayMs?: number;
  /** How late the receipt of a number that ends in 910 is; 30,000 unless said otherwise. */
  lateDelayMs?: number;
  /** What the operator's ids begin with, at most 20 characters; `sim` unless said otherwise. */
  seed?: string;
  segmentsPerSecond?: number;
  /** Told of each submit, the way an operator's own log would be. For tests and demonstrations. */
  onSubmit?: (message: OutboundMessage) => void;
}

/** Beyond this the simulated operator answers no further submits, as a real one's window would make us wait. */
const maxOutstanding = 20_000;

/**
 * An operator that lives in the process: takes messages, and tells what became of them as the destination's last
 * three digits ask (docs/reference/simulated-operator.md). It names a message by its id and the seed, so one that is
 * handed over again after a crash is recognised.
 */
export function simulator(options: SimulatorOptions = {}): Transport {
  return new SimulatedOperator(options);
}

class SimulatedOperator implements Transport {
  readonly name: string;
  readonly recognisesRepeats = true;
  readonly segmentsPerSecond?: number;
  readonly #delayMs: number;
  readonly #lateDelayMs: number;
  readonly #prefix: string;
  readonly #onSubmit: ((message: OutboundMessage) => void) | undefined;
  readonly #due = new Map<number, UpstreamReport[]>();
  readonly #roomMade: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  #outstanding = 0;
  #listener: (reports: UpstreamReport[]) => Promise<void> = () => Promise.resolve();
  #stopped = false;

  constructor(options: SimulatorOptions) {
    this.name = options.name ?? 'simulator';
    this.#delayMs = options.delayMs ?? 50;
    this.#lateDelayMs = options.lateDelayMs ?? 30_000;
    this.#prefix = `${(options.seed ?? 'sim').slice(0, 20)}-`;
    this.#onSubmit = options.onSubmit;
    if (options.segmentsPerSecond !== undefined) this.segmentsPerSecond = options.segmentsPerSecond;
  }

  onReports(listener: (reports: UpstreamReport[]) => Promise<void>): void {
    this.#listener = listener;
  }

  start(): Promise<void> {
    this.#stopped = false;
    return Promise.resolve();
  }

  /** Tells what it still has to tell, at once: nobody else could, since this operator ends with the process. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timerAt = Infinity;
    const reports = [...this.#due.values()].flat();
    this.#due.clear();
    if (reports.length > 0) await this.#tell(reports);
    this.#makeRoom(reports.length);
    this.#stopped = true;
  }

  submit(messages: readonly OutboundMessage[], signal: AbortSignal): Promise<SubmitOutcome>[] {
    return messages.map((message) => {
      if (signal.aborted) return Promise.resolve({ kind: 'deferred' });
      return this.#outstanding < maxOutstanding ? this.#take(message) : this.#takeLater(message, signal);
    });
  }

  async #takeLater(message: OutboundMessage, signal: AbortSignal): Promise<SubmitOutcome> {
    await new Promise<void>((resolve) => {
      this.#roomMade.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return signal.aborted ? { kind: 'deferred' } : this.#take(message);
  }

  async #take(message: OutboundMessage): Promise<SubmitOutcome> {
    const script = operatorScript(message.recipient);
    if (script === 'throttled twice' && message.attempt <= 2) {
      return { kind: 'deferred', retryAfterMs: this.#delayMs, detail: 'throttled' };
    }
    this.#onSubmit?.(message);
    if (script === 'rejected at submit') {
      return { kind: 'rejected', code: 'upstream_rejected', detail: 'the simulated operator refuses this number' };
    }
    const upstreamIds = this.#upstreamIds(message);
    const receipts = receiptsFor(message, upstreamIds, script);
    if (script === 'receipt first') {
      await this.#tell(receipts);
      return { kind: 'accepted', upstreamIds };
    }
    this.#schedule(script === 'late receipt' ? this.#lateDelayMs : this.#delayMs, receipts);
    if (script === 'receipt twice') this.#schedule(this.#delayMs * 2, receipts);
    if (script === 'replies STOP') {
      this.#schedule(this.#delayMs * 2, [
        { kind: 'inbound', from: message.recipient, to: message.sender, text: 'STOP', at: Date.now() },
      ]);
    }
    if (script === 'no answer') return { kind: 'unknown', detail: 'the simulated operator did not answer' };
    return { kind: 'accepted', upstreamIds };
  }

  /** Made of the message's own id, so that they rise with time, as most operators' do, and repeats are known. */
  #upstreamIds({ id, segments }: OutboundMessage): string[] {
    const stem = this.#prefix + id.replaceAll('-', '');
    return Array.from({ length: segments }, (_, index) => `${stem}-${index + 1}`);
  }

  /** Reports that are due in the same millisecond share a timer and a call. */
  #schedule(delayMs: number, reports: readonly UpstreamReport[]): void {
    if (reports.length === 0 || this.#stopped) return;
    const at = Date.now() + delayMs;
    const due = this.#due.get(at);
    if (due) due.push(...reports);
    else this.#due.set(at, [...reports]);
    this.#outstanding += reports.length;
    if (at < this.#timerAt) this.#arm(at);
  }

  #arm(at: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#tellDue(), Math.max(0, at - Date.now()));
    // An operator does not keep its customer's process alive.
    this.#timer.unref();
  }

  #tellDue(): void {
    const nowMs = Date.now();
    const reports: UpstreamReport[] = [];
    let next = Infinity;
    for (const [at, due] of this.#due) {
      if (at <= nowMs) {
        reports.push(...due);
        this.#due.delete(at);
      } else if (at < next) {
        next = at;
      }
    }
    this.#timerAt = Infinity;
    if (next < Infinity) this.#arm(next);
    if (reports.length === 0) return;
    void this.#tell(reports).finally(() => this.#makeRoom(reports.length));
  }

  #makeRoom(reports: number): void {
    this.#outstanding -= reports;
    for (const resolve of this.#roomMade.splice(0, Math.max(0, maxOutstanding - this.#outstanding))) resolve();
  }

  /** A listener that could not store the reports is told again, as an operator's deliver_sm would be. */
  async #tell(reports: UpstreamReport[]): Promise<void> {
    for (let attempt = 1; !this.#stopped; attempt++) {
      try {
        await this.#listener(reports);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 100 * 2 ** attempt)));
      }
    }
  }
}

const statOf: Partial<Record<ReceiptState, string>> = { undelivered: 'UNDELIV', expired: 'EXPIRED' };

function receiptsFor(
  message: OutboundMessage,
  upstreamIds: readonly string[],
  script: OperatorScript,
): ReceiptReport[] {
  const state = scriptedEnd(script);
  if (state === undefined) return [];
  const stat = statOf[state] ?? 'DELIVRD';
  const errorCode = state === 'delivered' ? '000' : '001';
  const at = Date.now();
  return upstreamIds.map((upstreamId) => ({
    kind: 'receipt',
    upstreamId,
    state,
    at,
    errorCode,
    ...(script === 'no answer' ? { reference: message.id } : {}),
    raw: `id:${upstreamId} sub:001 dlvrd:${state === 'delivered' ? '001' : '000'} stat:${stat} err:${errorCode}`,
  }));
}
