import { usualEsmeLimits, type Clock, type Logger, type Random } from '@ujumbe/core';
import type { SessionLimitsInput } from '../session/session-limits.js';
import type { ReceiptTextOptions } from '../receipt-text.js';
import type { ConcatenationForm } from '../user-data/write-user-data.js';

/** Everything about the server that is bounded or timed. Times are in milliseconds. */
export interface SmppServerLimits {
  /** Connections of whatever kind; more are closed at once. */
  maxConnections: number;
  /** Connections that have not bound; of more the oldest is closed, so that whoever comes now can bind. */
  maxUnbound: number;
  /** The same for one address. */
  maxUnboundPerAddress: number;
  /** Sessions of one account whose settings do not say otherwise. Source: contracts/mobilesasa.md §10. */
  sessionsPerAccount: number;
  /** Segments a second of one session whose account's settings do not say otherwise; as many may come at once. */
  segmentsPerSecond: number;
  /** How long an answer is held back to keep to that rate; what would wait longer is throttled. */
  shapeMs: number;
  /** The answer to a refused bind is delayed by a time between these. */
  refusalDelayMs: readonly [least: number, most: number];
  /** Failed binds under one system_id, and from one address, after which further ones are not looked at. */
  failuresPerSystemId: number;
  failuresPerAddress: number;
  /** For how long. */
  lockOutMs: number;
  /** Sessions that say nothing to an enquire_link for so long make room for a new one. */
  silenceMs: number;
  /** How long after its submit a receipt may travel on another session. Source: contracts/smpp.md §6.3. */
  otherSessionAfterMs: number;
  /** How often the logins of bound sessions are looked at. */
  loginsEveryMs: number;
  /** How often deliveries that other processes stored are looked for. */
  deliveriesEveryMs: number;
  /** The first and the longest wait before a delivery is offered again; it doubles between them. */
  offerAgainMs: readonly [first: number, longest: number];
  /** How long a session is left alone that says it has too much to do. */
  restMs: number;
  /** How often an ESME may refuse a delivery for good before it is believed. */
  refusals: number;
}

export const defaultServerLimits: SmppServerLimits = {
  maxConnections: 10_000,
  maxUnbound: 1_000,
  maxUnboundPerAddress: 200,
  sessionsPerAccount: usualEsmeLimits.maxSessions,
  segmentsPerSecond: usualEsmeLimits.segmentsPerSecond,
  shapeMs: 1_000,
  refusalDelayMs: [200, 1_000],
  failuresPerSystemId: 10,
  failuresPerAddress: 30,
  lockOutMs: 300_000,
  silenceMs: 2_500,
  otherSessionAfterMs: 1_000,
  loginsEveryMs: 1_000,
  deliveriesEveryMs: 500,
  offerAgainMs: [1_000, 300_000],
  restMs: 1_000,
  refusals: 3,
};

/** How the server's own certificate is given, in PEM. */
export interface SmppTlsOptions {
  /** 2776 unless said otherwise; 0 takes a free one. */
  port?: number;
  cert: string | Buffer;
  key: string | Buffer;
  passphrase?: string;
}

/** Options of `createSmppServer`. */
export interface SmppServerOptions {
  /** The address to listen on; all of them unless said otherwise. */
  host?: string;
  /** 2775 unless said otherwise; 0 takes a free one. */
  port?: number;
  /** Listens for TLS 1.2 and later on a second port. */
  tls?: SmppTlsOptions;
  /** The name the server answers binds with, at most 15 characters; `Ujumbe` unless said otherwise. */
  systemId?: string;
  limits?: Partial<SmppServerLimits>;
  /** Window, back-pressure and timers of each session. */
  session?: SessionLimitsInput;
  /** How a message from a handset that is longer than one segment is told; `udh8` unless said otherwise. */
  longMessages?: ConcatenationForm;
  /** The dates of receipts; minutes and UTC unless said otherwise. */
  receipts?: ReceiptTextOptions;
  /**
   * Addresses and CIDR ranges of load balancers. Connections from them must begin with a PROXY header of version 1 or
   * 2, which tells the customer's address; from anywhere else such a header is taken for what it is, nonsense.
   */
  proxyFrom?: readonly string[];
  logger?: Logger;
  /** The platform's clock, where that is not the system's. */
  clock?: Clock;
  random?: Random;
}

/** What the parts of the server share. */
export interface ServerWorld {
  readonly limits: SmppServerLimits;
  readonly session: SessionLimitsInput;
  readonly systemId: string;
  readonly longMessages: ConcatenationForm;
  readonly receipts: ReceiptTextOptions;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
}

const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** @throws RangeError for a system_id that its field does not hold */
export function worldOf(options: SmppServerOptions): ServerWorld {
  const { systemId = 'Ujumbe' } = options;
  if (!/^[\x21-\x7e]{1,15}$/.test(systemId)) throw new RangeError('systemId must be 1 to 15 characters of ASCII.');
  return {
    limits: { ...defaultServerLimits, ...options.limits },
    session: options.session ?? {},
    systemId,
    longMessages: options.longMessages ?? 'udh8',
    receipts: options.receipts ?? {},
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? { now: () => Date.now() },
    random: options.random ?? Math.random,
  };
}
