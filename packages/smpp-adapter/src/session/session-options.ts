import type { RequestName, ResponseName } from '../pdu/commands.js';
import type { AnyPdu, Pdu } from '../pdu/pdu.js';
import type { CloseReason } from './errors.js';
import type { SessionLimitsInput } from './session-limits.js';
import type { SessionRole, SessionState } from './session-state.js';

export interface SessionOptions extends SessionLimitsInput {
  /** Our side: the SMSC's, or the ESME's. */
  role: SessionRole;
  /**
   * Called for every request of the peer that is in order, in the order of arrival. The owner answers each by
   * `respond`, now or later; one it never answers takes a place of `maxUnanswered` until the session ends. When the
   * handler throws or rejects, the peer is answered `ESME_RSYSERR`, or the status of a `PduError`.
   */
  onRequest: (pdu: AnyPdu) => void | Promise<void>;
  /** Told what a handler threw. Must not throw. */
  onError?: (error: unknown) => void;
  /** The sequence of our first request, from 1 to 0x7FFFFFFF; 1 when left out. */
  firstSequence?: number;
}

export interface SessionEvents {
  /** The session entered a state; `CLOSED` comes before the connection itself has gone. */
  state: [state: SessionState];
  /** The connection has gone and every request has been accounted for. Exactly once. */
  close: [reason: CloseReason, error: Error | undefined];
}

/** What answers a request: its response, or a `generic_nack`. */
export type ResponsePdu<C extends RequestName> = Pdu<ResponseName<C>> | Pdu<'generic_nack'>;
