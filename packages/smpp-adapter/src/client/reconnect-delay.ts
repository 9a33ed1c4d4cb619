import { commandStatus } from '../status-codes.js';
import type { SmppClientTimers } from './transport-options.js';

const { ESME_RALYBND, ESME_RBINDFAIL, ESME_RINVPASWD, ESME_RINVSYSID } = commandStatus;

/** How the last attempt to have a bind ended. */
export interface Attempt {
  /** Attempts without success, this one included; 0 when the bind had been up for a while. */
  readonly failures: number;
  /** The status its bind was refused with. */
  readonly status?: number | undefined;
}

/**
 * How long to wait before the next attempt. Chance takes off up to half, so that all the binds of a fleet do not come
 * back at once. Source: contracts/smpp.md §6.8.
 */
export function reconnectDelayMs({ failures, status }: Attempt, timers: SmppClientTimers, random: number): number {
  const spread = 0.5 + random / 2;
  const doubled = (leastMs: number, mostMs: number): number =>
    Math.min(mostMs, leastMs * 2 ** Math.min(Math.max(0, failures - 1), 20));
  switch (status) {
    // Somebody has to correct these, and many failures in a row lock an account.
    case ESME_RINVPASWD:
    case ESME_RINVSYSID:
      return timers.refusedMs * (1 + random / 2);
    // The operator still holds the session before, and lets go when its own timer says so.
    case ESME_RALYBND:
    case ESME_RBINDFAIL:
      return doubled(timers.occupiedMinMs, timers.occupiedMaxMs);
    default:
      return doubled(timers.reconnectMinMs, timers.reconnectMaxMs) * spread;
  }
}
