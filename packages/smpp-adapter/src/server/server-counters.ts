import { nameOfStatus } from '../status-codes.js';

/** Counts by command_status, under the names of the specification; vendors' own as `0x…`. */
export type CountsByStatus = Record<string, number>;

/** What happened since the server was made, and how it stands. */
export interface SmppServerCounts {
  connections: number;
  unbound: number;
  sessions: number;
  /** Connections closed because there were too many, or a PROXY header was missing. */
  turnedAway: number;
  binds: number;
  bindsRefused: CountsByStatus;
  /** Submissions answered with 0. */
  submitted: number;
  /** Everything else that ESMEs asked for and were refused. */
  refused: CountsByStatus;
  /** Receipts and messages from handsets that ESMEs took. */
  told: number;
  /** Deliveries put off because an ESME could not take them, and given up because it would not. */
  putOff: number;
  givenUp: number;
  /** Deliveries in this process that have not been told. */
  inHand: number;
}

/** Numbers by status, without a lookup of names for each. */
export class StatusCounter {
  readonly #counts = new Map<number, number>();

  note(status: number): void {
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  byName(): CountsByStatus {
    return Object.fromEntries(
      [...this.#counts].map(([status, count]) => [nameOfStatus(status) ?? `0x${status.toString(16)}`, count]),
    );
  }
}

/** What all sessions of the server have done, those that are gone included. */
export class ServerCounters {
  readonly bindsRefused = new StatusCounter();
  readonly refused = new StatusCounter();
  turnedAway = 0;
  binds = 0;
  submitted = 0;
  told = 0;
  putOff = 0;
  givenUp = 0;
}
