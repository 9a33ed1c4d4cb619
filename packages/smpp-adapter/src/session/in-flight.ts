import type { Layout } from '../pdu/layout.js';
import type { AnyPdu } from '../pdu/pdu.js';

const maxSequence = 0x7fffffff;

/** A request of ours that has been written and not answered. */
export interface InFlightRequest {
  readonly layout: Layout;
  readonly sequence: number;
  /** The tick after which it is given up; Infinity for none. */
  readonly deadline: number;
  /** Where in the octets of the session it ends, which tells whether it left. */
  readonly endsAt: number;
  /** False for what the session sends for itself, which does not count in the window. */
  readonly windowed: boolean;
  readonly resolve: (response: AnyPdu) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Requests in flight, in a ring by the low bits of their sequence. The ring has room for twice the window, so a
 * place is nearly always free at the next sequence; a sequence whose place is taken is skipped, and with it every
 * sequence that is still in flight when the numbers begin again at 1.
 */
export class InFlight {
  readonly #ring: (InFlightRequest | undefined)[];
  readonly #mask: number;
  #next: number;
  /** How many count in the window. */
  windowed = 0;
  size = 0;

  constructor(windowSize: number, firstSequence = 1) {
    const roomForOurOwn = 8;
    const places = 2 ** Math.ceil(Math.log2(2 * windowSize + roomForOurOwn));
    this.#ring = new Array<InFlightRequest | undefined>(places).fill(undefined);
    this.#mask = places - 1;
    this.#next = firstSequence;
  }

  /** A sequence from 1 to 0x7FFFFFFF that is not in flight. */
  nextSequence(): number {
    let sequence = this.#next;
    while (this.#ring[sequence & this.#mask]) sequence = after(sequence);
    this.#next = after(sequence);
    return sequence;
  }

  add(request: InFlightRequest): void {
    this.#ring[request.sequence & this.#mask] = request;
    this.size++;
    if (request.windowed) this.windowed++;
  }

  /** Takes out the request that a response belongs to. */
  take({ command, sequence }: { command: string; sequence: number }): InFlightRequest | undefined {
    const request = this.#ring[sequence & this.#mask];
    if (request?.sequence !== sequence) return undefined;
    if (command !== request.layout.response && command !== 'generic_nack') return undefined;
    this.#remove(request);
    return request;
  }

  /** Takes out those whose time is over at a tick; Infinity takes all. Oldest sequence first is not promised. */
  takeOverdue(tick: number): InFlightRequest[] {
    if (this.size === 0) return [];
    const overdue = this.#ring.filter((request) => request !== undefined && request.deadline <= tick);
    for (const request of overdue) if (request) this.#remove(request);
    return overdue as InFlightRequest[];
  }

  #remove(request: InFlightRequest): void {
    this.#ring[request.sequence & this.#mask] = undefined;
    this.size--;
    if (request.windowed) this.windowed--;
  }
}

function after(sequence: number): number {
  return sequence === maxSequence ? 1 : sequence + 1;
}
