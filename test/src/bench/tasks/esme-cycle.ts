import { connect } from 'node:net';
import { SmppSession, type AnyPdu } from '@ujumbe/smpp-adapter';
import { wallClockMs, type TimesByNumber } from '../clock.js';
import { evenly } from '../evenly.js';
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
  /** So many messages are sent before, at the same rate, and not timed; none unless given. */
  warmUp?: number;
  /** Tells when each number that is timed was submitted to. */
  notes?: boolean;
}

export interface EsmeCycleOutput {
  seconds: number;
  /** From the first submit to the last answer. */
  submitSeconds: number;
  refused: number;
  receipts: number;
  p50: number;
  p99: number;
  submittedAt: TimesByNumber;
}

const silenceMs = 15_000;
const short_message = Buffer.from(submitText);

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
  readonly #submittedAt: Record<string, number> = {};

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
    const { messages } = this.input;
    const startedMs = performance.now();
    this.#heardMs = startedMs;
    await this.#submitAll(sessions);
    const submitSeconds = (performance.now() - startedMs) / 1_000;
    const isOver = (): boolean =>
      this.#receipts >= messages - this.#refused || performance.now() - this.#heardMs > silenceMs;
    while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 5));
    return {
      seconds: (this.#heardMs - startedMs) / 1_000,
      submitSeconds,
      refused: this.#refused,
      receipts: this.#receipts,
      submittedAt: this.#submittedAt,
      ...this.#times.spread(),
    };
  }

  async #submitAll(sessions: readonly SmppSession[]): Promise<void> {
    const { window, messages, rate } = this.input;
    if (rate !== undefined) {
      await evenly(rate, messages, async (index) => {
        const session = sessions[index % sessions.length];
        if (session) await this.#submit(session, index);
      });
      return;
    }
    const lane = async (session: SmppSession): Promise<void> => {
      while (this.#next < messages) await this.#submit(session, this.#next++);
    };
    await Promise.all(sessions.flatMap((session) => Array.from({ length: window }, () => lane(session))));
  }

  async #submit(session: SmppSession, index: number): Promise<void> {
    const destination_addr = recipient(index).slice(1);
    const isTimed = index >= (this.input.warmUp ?? 0);
    if (this.input.notes && isTimed) this.#submittedAt[destination_addr] = wallClockMs();
    const sentMs = performance.now();
    const { status } = await session.request('submit_sm', { ...submitFields, destination_addr, short_message });
    if (isTimed) this.#times.add(performance.now() - sentMs);
    if (status !== 0) this.#refused++;
  }
}
