import type { BodyInput } from '../pdu/commands.js';
import type { Tlv } from '../pdu/tlvs.js';
import { Fifo } from '../session/fifo.js';
import type { SmppSession } from '../session/smpp-session.js';
import { commandStatus } from '../status-codes.js';

/** Something for a client: a receipt, or a message from a handset. */
export interface SimulatedDelivery {
  /** Written when it is sent, because most of them wait. */
  readonly write: () => { readonly body: BodyInput<'deliver_sm'>; readonly tlvs: readonly Tlv[] | undefined };
  /** Told once, when the client has answered, or has gone. */
  readonly onAnswered?: () => void;
}

/** What becomes of deliveries. */
export interface MailboxCounts {
  delivered: number;
  repeated: number;
  refused: number;
  outstanding: number;
}

const { ESME_RTHROTTLED, ESME_RMSGQFUL, ESME_RX_T_APPN, ESME_RSYSERR } = commandStatus;
const askForRepeat: readonly number[] = [ESME_RTHROTTLED, ESME_RMSGQFUL, ESME_RX_T_APPN, ESME_RSYSERR];
const firstRepeatMs = 100;
const longestRepeatMs = 5_000;

/** What one client has to be told: through any of its binds that receive, in turn, and kept while there is none. */
export class Mailbox {
  readonly #waiting = new Fifo<SimulatedDelivery>();
  readonly #sessions: SmppSession[] = [];
  #next = 0;
  /** Deliveries that have not been told, the ones whose time has not come included. */
  #owed = 0;
  #complaints = 0;
  #pause: NodeJS.Timeout | undefined;

  constructor(
    private readonly window: number,
    private readonly counts: MailboxCounts,
  ) {}

  get isEmpty(): boolean {
    return this.#owed === 0 && this.#sessions.length === 0;
  }

  get hasReceiver(): boolean {
    return this.#sessions.length > 0;
  }

  addReceiver(session: SmppSession): void {
    this.#sessions.push(session);
    this.pump();
  }

  removeReceiver(session: SmppSession): void {
    const place = this.#sessions.indexOf(session);
    if (place >= 0) this.#sessions.splice(place, 1);
  }

  /** Something will be pushed. */
  expect(): void {
    this.#owed++;
    this.counts.outstanding++;
  }

  push(delivery: SimulatedDelivery): void {
    this.#waiting.push(delivery);
    this.pump();
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  pump(): void {
    while (!this.#pause && this.#waiting.length > 0) {
      const session = this.#sessionWithRoom();
      if (!session) return;
      const delivery = this.#waiting.shift();
      if (delivery) void this.#deliver(delivery, session);
    }
  }

  #sessionWithRoom(): SmppSession | undefined {
    const { length } = this.#sessions;
    const first = this.#next;
    for (let turn = 0; turn < length; turn++) {
      const place = (first + turn) % length;
      const session = this.#sessions[place];
      this.#next = place + 1;
      if (session?.isBound === true && session.inFlight < this.window) return session;
    }
    return undefined;
  }

  async #deliver(delivery: SimulatedDelivery, session: SmppSession): Promise<void> {
    const { body, tlvs } = delivery.write();
    try {
      const { status } = await session.request('deliver_sm', body, tlvs);
      if (askForRepeat.includes(status)) this.#repeat(delivery);
      else this.#noteAnswered(delivery, status);
    } catch {
      // The bind has gone, or does not answer; another one, or the next, gets it.
      this.counts.repeated++;
      this.#waiting.push(delivery);
      delivery.onAnswered?.();
    }
    this.pump();
  }

  #noteAnswered(delivery: SimulatedDelivery, status: number): void {
    this.#complaints = 0;
    this.#owed--;
    this.counts.outstanding--;
    if (status === 0) this.counts.delivered++;
    else this.counts.refused++;
    delivery.onAnswered?.();
  }

  #repeat(delivery: SimulatedDelivery): void {
    this.counts.repeated++;
    this.#waiting.push(delivery);
    if (this.#pause) return;
    const delayMs = Math.min(longestRepeatMs, firstRepeatMs * 2 ** Math.min(this.#complaints++, 10));
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.pump();
    }, delayMs).unref();
  }
}
