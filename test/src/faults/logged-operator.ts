import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { OutboundMessage, ReceiptReport, SubmitOutcome, Transport, UpstreamReport } from '@ujumbe/core';
import type { SeededRandom } from './seeded-random.js';

export interface OperatorSettings {
  name: string;
  recognisesRepeats: boolean;
  /** The operator's own log: what was handed to it, one line a submit. It outlives every process of ours. */
  logFile: string;
  /** The longest it takes to answer a submit, and after that to tell the receipt. */
  slownessMs: number;
  /** Ends the process at a submit, the moment that is hardest to hit from outside: jobs claimed, nothing answered. */
  dieAt?: { submits: number; when: 'before it is logged' | 'after it is logged' };
}

const batch = 200;

/**
 * An operator that remembers what it was handed in a file, written before anything else happens. Started again, it
 * tells the receipts of everything in its log once more, as one does whose customer was away and may have missed
 * them. Receipts carry our id, because the answers to some submits were never heard.
 */
export class LoggedOperator implements Transport {
  readonly name: string;
  readonly recognisesRepeats: boolean;
  #listener: (reports: UpstreamReport[]) => Promise<void> = () => Promise.resolve();
  #untold: ReceiptReport[] = [];
  #telling: Promise<void> | undefined;
  #running = false;
  #submits = 0;

  constructor(
    private readonly settings: OperatorSettings,
    private readonly random: SeededRandom,
  ) {
    this.name = settings.name;
    this.recognisesRepeats = settings.recognisesRepeats;
  }

  onReports(listener: (reports: UpstreamReport[]) => Promise<void>): void {
    this.#listener = listener;
  }

  start(): Promise<void> {
    this.#running = true;
    for (const { id, segments } of readOperatorLog(this.settings.logFile))
      this.#untold.push(...receiptsOf(id, segments));
    this.#telling = this.#tell();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#telling;
  }

  submit(messages: readonly OutboundMessage[]): Promise<SubmitOutcome>[] {
    const lines = messages.map(({ id, segments }) => `${id} ${segments} ${process.pid}\n`);
    this.#submits++;
    this.#dieIf('before it is logged');
    appendFileSync(this.settings.logFile, lines.join(''));
    this.#dieIf('after it is logged');
    return messages.map((message) => this.#take(message));
  }

  #dieIf(now: 'before it is logged' | 'after it is logged'): void {
    const { dieAt } = this.settings;
    if (dieAt?.when === now && this.#submits >= dieAt.submits) process.kill(process.pid, 'SIGKILL');
  }

  async #take({ id, segments }: OutboundMessage): Promise<SubmitOutcome> {
    const { slownessMs } = this.settings;
    const receipts = receiptsOf(id, segments);
    // As often before the answer as after it.
    setTimeout(() => this.#untold.push(...receipts), this.random.between(0, 2 * slownessMs)).unref();
    await pause(this.random.between(0, slownessMs));
    return { kind: 'accepted', upstreamIds: receipts.map(({ upstreamId }) => upstreamId) };
  }

  /** Receipts that were not taken are told again. */
  async #tell(): Promise<void> {
    while (this.#running) {
      const reports = this.#untold.splice(0, batch);
      try {
        if (reports.length > 0) await this.#listener(reports);
      } catch {
        this.#untold.push(...reports);
      }
      await pause(reports.length === batch ? 0 : 10);
    }
  }
}

function receiptsOf(id: string, segments: number): ReceiptReport[] {
  return Array.from({ length: segments }, (_, index) => ({
    kind: 'receipt',
    upstreamId: `${id}/${index + 1}`,
    reference: id,
    state: 'delivered',
    at: Date.now(),
    raw: `id:${id}/${index + 1} stat:DELIVRD err:000`,
  }));
}

/** What an operator was handed, oldest first. */
export function readOperatorLog(logFile: string): { id: string; segments: number; pid: number }[] {
  if (!existsSync(logFile)) return [];
  const lines = readFileSync(logFile, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [id = '', segments, pid] = line.split(' ');
    return { id, segments: Number(segments), pid: Number(pid) };
  });
}
