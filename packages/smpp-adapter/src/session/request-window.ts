import type { BodyInput, CommandName } from '../pdu/commands.js';
import type { Layout } from '../pdu/layout.js';
import type { AnyPdu } from '../pdu/pdu.js';
import type { Tlv } from '../pdu/tlvs.js';
import { QueueFull, ResponseTimeout, SessionClosed, type CloseReason } from './errors.js';
import { Fifo } from './fifo.js';
import { InFlight, type InFlightRequest } from './in-flight.js';

/** A request of ours, before it has a sequence. */
export interface OutgoingRequest {
  readonly layout: Layout;
  readonly body: BodyInput | undefined;
  readonly tlvs: readonly Tlv[] | undefined;
  readonly timeoutMs: number;
  /** False for what the session sends for itself, which waits for nothing. */
  readonly windowed: boolean;
  readonly resolve: (response: AnyPdu) => void;
  readonly reject: (error: Error) => void;
}

interface WindowOptions {
  windowSize: number;
  maxWaiting: number;
  firstSequence: number | undefined;
  /** Appends the PDU to the output and answers with where it ends there. Throws `PduError`. */
  append(command: CommandName, request: OutgoingRequest, sequence: number): number;
  /** The tick at which a request that is sent now is given up. */
  deadlineOf(timeoutMs: number): number;
}

/** Our own requests: at most `windowSize` are out, the others wait in order, and each ends exactly once. */
export class RequestWindow {
  readonly #inFlight: InFlight;
  readonly #waiting = new Fifo<OutgoingRequest>();

  constructor(private readonly options: WindowOptions) {
    this.#inFlight = new InFlight(options.windowSize, options.firstSequence);
  }

  /** Requests that count in the window and have no response. */
  get inFlight(): number {
    return this.#inFlight.windowed;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** A sequence for a PDU that has no response. */
  nextSequence(): number {
    return this.#inFlight.nextSequence();
  }

  /** Sends a request, or lets it wait. */
  add(request: OutgoingRequest): void {
    if (!request.windowed || this.#hasRoom) this.#send(request);
    else if (this.#waiting.length >= this.options.maxWaiting) request.reject(new QueueFull());
    else this.#waiting.push(request);
  }

  /** The request that a response belongs to; undefined when nobody waits for it. */
  take(response: AnyPdu): InFlightRequest | undefined {
    return this.#inFlight.take(response);
  }

  /** Sends what may leave now. */
  pump(): void {
    while (this.#hasRoom) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#send(next);
    }
  }

  /** Rejects what has had no response by this tick; answers with how many those were. */
  expire(tick: number): number {
    const overdue = this.#inFlight.takeOverdue(tick);
    for (const request of overdue) request.reject(new ResponseTimeout());
    return overdue.length;
  }

  /** Rejects what has not been sent, and never will be. */
  rejectWaiting(reason: CloseReason | undefined): void {
    for (const request of this.#waiting.takeAll()) request.reject(new SessionClosed(false, reason));
  }

  /** Rejects all there is; `handed` octets have been given to the socket. */
  rejectAll(reason: CloseReason, handed: number): void {
    for (const request of this.#inFlight.takeOverdue(Infinity)) {
      request.reject(new SessionClosed(request.endsAt <= handed, reason));
    }
    this.rejectWaiting(reason);
  }

  get #hasRoom(): boolean {
    return this.#inFlight.windowed < this.options.windowSize;
  }

  #send(request: OutgoingRequest): void {
    const sequence = this.#inFlight.nextSequence();
    const { layout, timeoutMs, windowed } = request;
    try {
      const endsAt = this.options.append(layout.command, request, sequence);
      const deadline = this.options.deadlineOf(timeoutMs);
      const { resolve, reject } = request;
      this.#inFlight.add({ layout, sequence, deadline, endsAt, windowed, resolve, reject });
    } catch (error) {
      request.reject(error as Error);
    }
  }
}
