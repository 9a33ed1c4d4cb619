import type { CommandName } from '../pdu/commands.js';
import { allLayouts, type Layout } from '../pdu/layout.js';

/** What a session has seen so far. */
export interface SessionCounts {
  octetsIn: number;
  octetsOut: number;
  /** PDUs by command; commands that did not occur are left out. */
  received: Partial<Record<CommandName, number>>;
  sent: Partial<Record<CommandName, number>>;
  /** Requests the session refused or ignored by itself: in the wrong state, or with a body that cannot be read. */
  refused: number;
  /** Responses that nobody waited for. */
  unmatched: number;
  /** Commands the specification does not know. */
  unknown: number;
  /** Requests of ours that had no response in time. */
  timedOut: number;
  /** Handlers that threw. */
  failed: number;
}

/** Counts by the index of a layout, because a name would have to be looked up for every PDU. */
export class Counters {
  readonly #received = new Float64Array(allLayouts.length);
  readonly #sent = new Float64Array(allLayouts.length);
  octetsIn = 0;
  refused = 0;
  unmatched = 0;
  unknown = 0;
  timedOut = 0;
  failed = 0;

  noteReceived({ index }: Layout): void {
    this.#received[index] = (this.#received[index] ?? 0) + 1;
  }

  noteSent({ index }: Layout): void {
    this.#sent[index] = (this.#sent[index] ?? 0) + 1;
  }

  snapshot(octetsOut: number): SessionCounts {
    const { octetsIn, refused, unmatched, unknown, timedOut, failed } = this;
    const [received, sent] = [byName(this.#received), byName(this.#sent)];
    return { octetsIn, octetsOut, received, sent, refused, unmatched, unknown, timedOut, failed };
  }
}

function byName(counts: Float64Array): Partial<Record<CommandName, number>> {
  return Object.fromEntries(
    allLayouts.map(({ command, index }) => [command, counts[index] ?? 0]).filter(([, count]) => count !== 0),
  ) as Partial<Record<CommandName, number>>;
}
