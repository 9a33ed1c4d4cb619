import type { Answer } from './answer.js';

const attempts = 6;
const mostWaitMs = 120_000;
const longestPauseMs = 60_000;
const firstPauseMs = 1_000;

/** Too many requests, one that is still running, a server that cannot at the moment: the same request may do later. */
const passing: readonly number[] = [429, 503];

/**
 * How long to wait before a request is made again, in milliseconds; undefined when it should not be. What the server
 * asks for in `Retry-After` is waited, and no more than two minutes in all: an execution that hangs helps nobody.
 */
export function pauseBefore(attempt: number, answer: Answer, waitedMs: number): number | undefined {
  const isRunning = answer.statusCode === 409 && codeOf(answer) === 'idempotency_in_progress';
  if (attempt >= attempts || !(passing.includes(answer.statusCode) || isRunning)) return undefined;
  const pauseMs = retryAfterMs(answer) ?? firstPauseMs * 2 ** (attempt - 1);
  return pauseMs > longestPauseMs || waitedMs + pauseMs > mostWaitMs ? undefined : pauseMs;
}

function retryAfterMs({ headers }: Answer): number | undefined {
  const written = headers['retry-after'];
  if (typeof written !== 'string' || !/^\d{1,6}$/.test(written)) return undefined;
  return Number(written) * 1_000;
}

const codeOf = ({ body }: Answer): unknown =>
  typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
