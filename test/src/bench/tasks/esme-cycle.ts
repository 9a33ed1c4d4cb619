import { connect } from 'node:net';
import { SmppSession, type AnyPdu } from '@ujumbe/smpp-adapter';
import { Percentiles } from '../percentiles.js';
import { submitFields, submitText } from '../smpp-workload.js';
import { recipient } from '../workload.js';
import type { SmppServing } from './smpp-platform.js';

export interface EsmeCycleInput extends SmppServing {
  sessions: number;
  /** Submits of each session without an answer at any time. */
  window: number;
  messages: number;
  /** Submits a second of all sessions together; as fast as the windows let them when absent. */
  rate?: number;
}

export interface EsmeCycleOutput {
  seconds: number;
  /** From the first submit to the last answer. */
  submitSeconds: number;
  refused: number;
  receipts: number;
  p50: number;
  p99: number;
}

const paceMs = 10;
const silenceMs = 15_000;

/** Submits messages over several sessions, and takes their receipts until the last has come. */
export async function run(input: EsmeCycleInput): Promise<EsmeCycleOutput> {
  const cycle = new Cycle(input);
  const sessions = await Promise.all(Array.from({ length: input.sessions }, () => cycle.bind()));
  const output = await cycle.run(sessions);
  await Promise.all(sessions.map((session) => session.unbind()));
  return output;
}

class Cycle {
  readonly #times = new Percentiles();
  #next = 0;
  #refused = 0;
  #receipts = 0;
  #heardMs = 0;
  #allowed = Infinity;

  constructor(private readonly input: EsmeCycleInput) {}

  async bind(): Promise<SmppSession> {
    const { port, systemId, password, window } = this.input;
    const session = new SmppSession(connect(port, '127.0.0.1'), {
      role: 'esme',
      windowSize: window,
      onRequest: (pdu: AnyPdu) => {
        if (pdu.command !== 'deliver_sm') return;
        this.#receipts++;
        this.#heardMs = performance.now();
        session.respond(pdu);
      },
    });
    const fields = { system_id: systemId, password, interface_version: 0x34 };
    const { status } = await session.request('bind_transceiver', fields);
    if (status !== 0) throw new Error(`The bind was refused with ${status}.`);
    return session;
  }

  async run(sessions: readonly SmppSession[]): Promise<EsmeCycleOutput> {
    const { window, messages, rate } = this.input;
    const startedMs = performance.now();
    this.#heardMs = startedMs;
    const pacer = rate === undefined ? undefined : setInterval(() => this.#allow(startedMs, rate), paceMs);
    if (pacer) this.#allowed = 0;
    await Promise.all(sessions.flatMap((session) => Array.from({ length: window }, () => this.#lane(session))));
    clearInterval(pacer);
    const submitSeconds = (performance.now() - startedMs) / 1_000;
    const isOver = (): boolean =>
      this.#receipts >= messages - this.#refused || performance.now() - this.#heardMs > silenceMs;
    while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 5));
    return {
      seconds: (this.#heardMs - startedMs) / 1_000,
      submitSeconds,
      refused: this.#refused,
      receipts: this.#receipts,
      ...this.#times.spread(),
    };
  }

  #allow(startedMs: number, rate: number): void {
    this.#allowed = ((performance.now() - startedMs) / 1_000) * rate;
  }

  async #lane(session: SmppSession): Promise<void> {
    const { messages } = this.input;
    const short_message = Buffer.from(submitText);
    while (this.#next < messages) {
      if (this.#next >= this.#allowed) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      const destination_addr = recipient(this.#next++).slice(1);
      const sentMs = performance.now();
      const { status } = await session.request('submit_sm', { ...submitFields, destination_addr, short_message });
      this.#times.add(performance.now() - sentMs);
      if (status !== 0) this.#refused++;
    }
  }
}
