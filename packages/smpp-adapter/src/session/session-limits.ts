/** Times after which a session acts, in milliseconds; 0 turns one off. Source: contracts/smpp.md §5.2 and §5.4. */
export interface SessionTimers {
  /** Nobody has bound: close. */
  sessionInitMs: number;
  /** The peer has sent nothing: send an enquire_link. */
  enquireLinkMs: number;
  /** Our enquire_link has no answer: close. */
  enquireResponseMs: number;
  /** No PDU either way, our own enquire_link apart: close. */
  idleMs: number;
  /** A request has no response, unless it brought a time of its own: reject it with `ResponseTimeout`. */
  responseMs: number;
  /** A PDU has begun and not ended: close. */
  incompletePduMs: number;
  /** More than `maxBacklogOctets` wait and the peer reads nothing: destroy. */
  writeStallMs: number;
  /** What is left to do when unbinding has this long. */
  drainMs: number;
  /** We have closed our half of the connection, the peer has not closed its own: destroy. */
  halfCloseMs: number;
}

/** Everything about a session that is bounded. */
export interface SessionLimits {
  /** Requests of ours that have no response yet; more wait. */
  windowSize: number;
  /** Requests of ours that wait for the window; more are rejected with `QueueFull`. */
  maxWaiting: number;
  /** Requests of the peer that are with the owner; more are not read. */
  maxUnanswered: number;
  /** The longest PDU taken, in octets. */
  maxPduOctets: number;
  /** Octets the peer has not taken; above that nothing more is read from it. */
  maxBacklogOctets: number;
  timers: SessionTimers;
}

/** Limits as an owner gives them: what is left out has its default. */
export type SessionLimitsInput = Partial<Omit<SessionLimits, 'timers'>> & { timers?: Partial<SessionTimers> };

export const defaultTimers: SessionTimers = {
  sessionInitMs: 10_000,
  enquireLinkMs: 30_000,
  enquireResponseMs: 10_000,
  idleMs: 60_000,
  responseMs: 30_000,
  incompletePduMs: 20_000,
  writeStallMs: 30_000,
  drainMs: 5_000,
  halfCloseMs: 3_000,
};

export const defaultLimits: Omit<SessionLimits, 'timers'> = {
  windowSize: 10,
  maxWaiting: 10_000,
  maxUnanswered: 100,
  // message_payload may have 64 KB.
  maxPduOctets: 70_000,
  maxBacklogOctets: 1 << 20,
};

export function limitsOf({ timers, ...limits }: SessionLimitsInput): SessionLimits {
  return { ...defaultLimits, ...limits, timers: { ...defaultTimers, ...timers } };
}

const shortestTickMs = 5;
const longestTickMs = 500;

/** How often a session looks at its timers: often enough to be a tenth off at most, where that is affordable. */
export function tickMsOf(timers: SessionTimers): number {
  const shortest = Math.min(...Object.values(timers as unknown as Record<string, number>).filter((ms) => ms > 0));
  return Math.min(longestTickMs, Math.max(shortestTickMs, Math.floor(shortest / 10)));
}
