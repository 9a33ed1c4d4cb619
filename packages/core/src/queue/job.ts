/**
 * Terms of the queue.
 *
 * - **job**: a row that says "submit this message"; it lives until the message has an outcome.
 * - **lane**: how urgent a job is. A lower lane is served first.
 * - **turn**: a job's place in its lane. Turns are dealt so that accounts alternate: see `Turns`.
 * - **lease**: the time a claimed job belongs to a worker. It is the worker's heartbeat that is leased, not each job,
 *   so a slow operator never lets a job slip to somebody else while its worker lives.
 */
export const lanes = { otp: 0, transactional: 1, promotional: 2 } as const;
export type Lane = keyof typeof lanes;

export const laneNames = Object.keys(lanes) as Lane[];

export interface NewJob {
  /** The message's id: a message has one job at most. */
  id: string;
  accountId: string;
  /** The transport it waits for. */
  route: string;
  lane: Lane;
  turn: number;
  /** When it may run; null is now. */
  runAt: number | null;
  segments: number;
  /** The list its message comes from, so that the list can be held back and taken back. */
  listId: string | null;
  /** What the worker needs to know, so that it need not read the message again. */
  payload: string;
  /** The worker it is claimed by as it is written; null for one that stands in line. */
  workerId: string | null;
}

export interface ClaimedJob {
  id: string;
  accountId: string;
  lane: number;
  turn: number;
  /** How many times it has been claimed, this one included. */
  attempts: number;
  segments: number;
  payload: string;
}

const firstRetryMs = 1_000;
const longestRetryMs = 300_000;

/** When to try a deferred job again: doubling from a second to five minutes, each wait shortened by up to half. */
export function retryDelayMs(attempt: number, random: number, askedMs = 0): number {
  const ceiling = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempt - 1, 20));
  return Math.max(askedMs, Math.round(ceiling * (0.5 + random / 2)));
}
