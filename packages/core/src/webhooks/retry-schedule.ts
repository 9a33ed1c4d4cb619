import type { Random } from '../runtime.js';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/**
 * How long each attempt waits after the one before it, in milliseconds. The first steps outlast a receiver's restart,
 * the last ones a weekend. Source: the example schedule of Standard Webhooks.
 */
export const retryDelaysMs: readonly number[] = [
  0,
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];

/** The longest wait a receiver can ask for, in milliseconds: a `Retry-After` of a year must not park a delivery. */
export const maxRetryAfterMs = 24 * hourMs;

/** An attempt waits up to a tenth longer than its step, so that what failed together does not come back together. */
const jitter = 0.1;

/** What is known when an attempt has failed. */
export interface FailedAttempt {
  /** The attempt that failed, counted from 1; 0 for a delivery that has not been attempted yet. */
  attempt: number;
  /** Milliseconds since the epoch. */
  nowMs: number;
  /** What the receiver asked for, in milliseconds, as {@link parseRetryAfter} answers it. */
  retryAfterMs?: number | null;
  /** How long each attempt waits after the one before; {@link retryDelaysMs} unless a vendor has its own. */
  delaysMs?: readonly number[];
  random: Random;
}

/**
 * When to try again, in milliseconds since the epoch, or null when the attempts are used up. A receiver's
 * `Retry-After` can make the wait longer, never shorter.
 */
export function nextAttemptAt(failed: FailedAttempt): number | null {
  const { attempt, nowMs, retryAfterMs, delaysMs = retryDelaysMs, random } = failed;
  const stepMs = delaysMs[attempt];
  if (stepMs === undefined) return null;
  const askedMs = Math.min(retryAfterMs ?? 0, maxRetryAfterMs);
  return nowMs + Math.round(Math.max(stepMs, askedMs) * (1 + jitter * random()));
}

const secondsForm = /^\d+$/;
const httpDateForm = /^[A-Z][a-z]{2,8}, .* GMT$/;

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds or an HTTP date.
 *
 * @returns The wait in milliseconds, at most 24 hours, 0 for a date that has passed; null when absent or unreadable.
 */
export function parseRetryAfter(header: string | null | undefined, nowMs: number): number | null {
  const value = header?.trim() ?? '';
  if (secondsForm.test(value)) return Math.min(Number(value) * secondMs, maxRetryAfterMs);
  // Date.parse takes nearly anything, "-5" included, for a date; only the form of HTTP is let through to it.
  const atMs = httpDateForm.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.min(Math.max(atMs - nowMs, 0), maxRetryAfterMs);
}
