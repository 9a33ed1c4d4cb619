import type { InboundReport, Logger, UpstreamReport } from '@ujumbe/core';
import type { SmppSession } from '../session/smpp-session.js';
import { commandStatus } from '../status-codes.js';
import { PartJoiner, type MessagePart } from '../user-data/part-joiner.js';
import type { ReadUserDataOptions } from '../user-data/read-user-data.js';
import { readDelivery, type DeliveryContent, type DeliveryPdu } from './read-delivery.js';

export type ReportListener = (reports: UpstreamReport[]) => Promise<void>;

interface DeskOptions extends ReadUserDataOptions {
  readonly joinMs: number;
  readonly logger: Logger;
  /** The transport's. */
  readonly name: string;
}

/** What the operator has told. */
export interface DeliveryCounts {
  receipts: number;
  inbound: number;
  /** Binary, unreadable, or a receipt that names no message: answered, and reported as nothing. */
  ignored: number;
  /** Answered as not stored, so that it comes again. */
  refused: number;
}

/** A part of a long message from a handset. */
interface HeldPart extends Omit<MessagePart<never>, 'payload'> {
  readonly text: string;
}

/** A request of the operator's that is answered when its report is stored. */
interface Owed {
  readonly session: SmppSession;
  readonly pdu: DeliveryPdu;
  /** The parts it was joined with: wanted again when it comes again. */
  readonly joinedWith: readonly HeldPart[];
}

const maxBatch = 500;
const noParts: readonly HeldPart[] = [];

/**
 * Takes receipts and messages from handsets, and answers them. What arrives in one turn of the event loop is reported
 * in one call; the operator is told that it was taken only when it is stored, else that it should come again.
 */
export class DeliveryDesk {
  readonly counts: DeliveryCounts = { receipts: 0, inbound: 0, ignored: 0, refused: 0 };
  readonly #joiner: PartJoiner<HeldPart>;
  readonly #storing = new Set<Promise<void>>();
  #listener: ReportListener = () => Promise.resolve();
  #reports: UpstreamReport[] = [];
  #owed: Owed[] = [];
  #scheduled = false;

  constructor(private readonly options: DeskOptions) {
    this.#joiner = new PartJoiner({ timeoutMs: options.joinMs });
  }

  listen(listener: ReportListener): void {
    this.#listener = listener;
  }

  receive(session: SmppSession, pdu: DeliveryPdu): void {
    const nowMs = Date.now();
    const owed = { session, pdu, joinedWith: noParts };
    const content = readDelivery(pdu, nowMs, this.options);
    switch (content.kind) {
      case 'receipt':
        this.counts.receipts++;
        this.#take(content.receipt, owed);
        break;
      case 'text':
        this.#receiveText(content, owed, nowMs);
        break;
      case 'nothing':
        this.counts.ignored++;
        this.options.logger.warn({ transport: this.options.name, why: content.why }, 'a deliver_sm was not reported');
        answer(owed, 0);
    }
  }

  /** Reports the parts of long messages whose other parts have not come in time. */
  sweep(nowMs: number): void {
    this.#reportLoose(this.#joiner.expire(nowMs));
  }

  /** Reports everything there is; resolves when it is stored, or is known not to be. */
  async drain(): Promise<void> {
    this.#reportLoose(this.#joiner.drain());
    this.#flush();
    while (this.#storing.size > 0) await Promise.all(this.#storing);
  }

  #receiveText(content: Extract<DeliveryContent, { kind: 'text' }>, owed: Owed, at: number): void {
    const { from, to, text, concat, octets } = content;
    const report: InboundReport = { kind: 'inbound', from, to, text, at };
    if (concat === undefined) {
      this.#take(report, owed);
      return;
    }
    const held: HeldPart = { account: '', source: from, destination: to, concat, octets, text };
    const { outcome, parts, loose } = this.#joiner.add({ ...held, payload: held }, at);
    this.#reportLoose(loose);
    if (outcome === 'joined') {
      const whole = parts.map((part) => part.text).join('');
      this.#take({ ...report, text: whole }, { ...owed, joinedWith: parts.filter((part) => part !== held) });
    } else if (outcome === 'refused') {
      this.#take(report, owed);
    } else {
      // An operator with a window of one sends the next part when this one is answered, and not before.
      answer(owed, 0);
    }
  }

  /** Half a message is worth more than none. The operator has been answered, so that nobody sends it again. */
  #reportLoose(parts: readonly HeldPart[]): void {
    const at = Date.now();
    for (const { source, destination, text } of parts) {
      this.#take({ kind: 'inbound', from: source, to: destination, text, at });
    }
  }

  #take(report: UpstreamReport, owed?: Owed): void {
    if (report.kind === 'inbound') this.counts.inbound++;
    this.#reports.push(report);
    if (owed) this.#owed.push(owed);
    if (this.#reports.length >= maxBatch) this.#flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    }
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#reports.length === 0) return;
    const storing = this.#store(this.#reports, this.#owed);
    this.#reports = [];
    this.#owed = [];
    this.#storing.add(storing);
    void storing.then(() => this.#storing.delete(storing));
  }

  async #store(reports: UpstreamReport[], owed: readonly Owed[]): Promise<void> {
    try {
      await this.#listener(reports);
      for (const one of owed) answer(one, 0);
    } catch (error) {
      this.counts.refused += owed.length;
      this.options.logger.error(
        { err: error, transport: this.options.name, reports: reports.length },
        'reports could not be stored; the operator is asked to send them again',
      );
      for (const one of owed) this.#refuse(one);
    }
  }

  #refuse(owed: Owed): void {
    // Only the part that completed the message comes again; the others have been answered.
    for (const part of owed.joinedWith) this.#joiner.add({ ...part, payload: part }, Date.now());
    answer(owed, commandStatus.ESME_RX_T_APPN);
  }
}

function answer({ session, pdu }: Owed, status: number): void {
  if (pdu.command === 'deliver_sm') session.respond(pdu, { status });
  else session.respond(pdu, { status });
}
