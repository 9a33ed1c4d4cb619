import type { OutboundMessage, SubmitOutcome, Transport, UpstreamReport } from '@ujumbe/core';
import type { BindName } from '../pdu/commands.js';
import type { AnyPdu } from '../pdu/pdu.js';
import { DeliveryDesk, type DeliveryCounts } from './delivery-desk.js';
import { Link, type LinkState } from './link.js';
import { SubmitQueue, type SubmitCounts } from './submit-queue.js';
import { settingsOf, type ClientSettings, type SmppTransportOptions } from './transport-options.js';

/** How one bind is, for metrics and people. */
export interface SmppBindStatus {
  readonly bind: BindName;
  readonly state: LinkState;
  /** Submits without an answer. */
  readonly inFlight: number;
  /** Why it is not bound, or was not the last time; null when nothing was ever wrong. */
  readonly trouble: string | null;
}

/** What a transport has done since it was made. */
export interface SmppTransportCounts extends SubmitCounts, DeliveryCounts {}

/** A way out by SMPP. */
export interface SmppTransport extends Transport {
  readonly name: string;
  readonly recognisesRepeats: false;
  start(): Promise<void>;
  stop(): Promise<void>;
  trouble(): string | null;
  /** Each bind, in the order of the options. */
  binds(): SmppBindStatus[];
  counts(): SmppTransportCounts;
  /** Segments a second that leave at most, now; Infinity without a limit. */
  pace(): number;
}

/**
 * A transport that sends messages to an operator (SMSC) by SMPP 3.4, and reports what it tells.
 *
 * `start` resolves when the first bind is up or has failed once, or after two seconds: an operator that is away keeps
 * nobody from starting.
 * Source: contracts/smpp.md §5.4-5.6 and §6.8.
 *
 * @throws RangeError for options that cannot be
 */
export function smppTransport(options: SmppTransportOptions): SmppTransport {
  return new SmppClient(settingsOf(options));
}

const sweepEveryMs = 5_000;
/** What `start` waits at most; connecting goes on. */
const patientStartMs = 2_000;

class SmppClient implements SmppTransport {
  readonly name: string;
  // SMPP has no word by which an SMSC could know a submit again.
  readonly recognisesRepeats = false;
  readonly segmentsPerSecond?: number;
  readonly receiptsPerMessage: 'every' | 'one';
  readonly #links: readonly Link[];
  readonly #queue: SubmitQueue;
  readonly #desk: DeliveryDesk;
  readonly #settings: ClientSettings;
  #isRunning = false;
  #sweeping: NodeJS.Timeout | undefined;
  #firstTry: (() => void) | undefined;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
    this.name = settings.name;
    this.receiptsPerMessage = settings.receiptsPerMessage ?? 'every';
    if (settings.tps !== undefined) this.segmentsPerSecond = settings.tps;
    this.#desk = new DeliveryDesk(deskOptions(settings));
    const events = {
      onBound: () => {
        this.#firstTry?.();
        this.#queue.pump();
      },
      onDown: () => this.#firstTry?.(),
      onRequest: (...[session, pdu]: [Parameters<DeliveryDesk['receive']>[0], AnyPdu]) => {
        if (pdu.command === 'deliver_sm' || pdu.command === 'data_sm') this.#desk.receive(session, pdu);
      },
    };
    this.#links = bindsOf(settings.binds).map((bind) => new Link(bind, settings, events));
    const senders = this.#links.filter(({ sends }) => sends);
    this.#queue = new SubmitQueue({ settings, senders });
  }

  onReports(listener: (reports: UpstreamReport[]) => Promise<void>): void {
    this.#desk.listen(listener);
  }

  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#queue.open();
    this.#sweeping = setInterval(() => this.#desk.sweep(Date.now()), sweepEveryMs).unref();
    const tried = new Promise<void>((resolve) => (this.#firstTry = resolve));
    for (const link of this.#links) link.start();
    const patience = new Promise<void>((resolve) => setTimeout(resolve, patientStartMs).unref());
    await Promise.race([tried, patience]);
  }

  /** Hands back what has not left, waits for answers and for reports that are being stored, and unbinds. */
  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    clearInterval(this.#sweeping);
    this.#firstTry?.();
    const { drainMs } = this.#settings.timers;
    await this.#queue.close(drainMs);
    await Promise.all(this.#links.map((link) => link.stop(drainMs)));
    await this.#desk.drain();
  }

  submit(messages: readonly OutboundMessage[], signal: AbortSignal): Promise<SubmitOutcome>[] {
    return this.#queue.add(messages, signal);
  }

  trouble(): string | null {
    if (!this.#isRunning) return `The SMPP transport ${this.name} is not running.`;
    const senders = this.#links.filter(({ sends }) => sends);
    if (senders.some(({ session }) => session)) return null;
    const [why] = senders.flatMap(({ trouble }) => trouble ?? []);
    return `No SMPP bind of ${this.name} is up: ${why ?? 'it is being made'}.`;
  }

  binds(): SmppBindStatus[] {
    return this.#links.map(({ bind, state, session, trouble }) => ({
      bind,
      state,
      inFlight: session?.inFlight ?? 0,
      trouble,
    }));
  }

  counts(): SmppTransportCounts {
    return { ...this.#queue.counts, ...this.#desk.counts };
  }

  pace(): number {
    return this.#queue.pace;
  }
}

function bindsOf({ kind, count }: ClientSettings['binds']): BindName[] {
  const each: BindName[] = kind === 'trx' ? ['bind_transceiver'] : ['bind_transmitter', 'bind_receiver'];
  return Array.from({ length: count }, () => each).flat();
}

function deskOptions({ name, logger, timers, alphabet, packed }: ClientSettings) {
  return { name, logger, joinMs: timers.joinMs, defaultAlphabet: alphabet, ...(packed !== undefined && { packed }) };
}
