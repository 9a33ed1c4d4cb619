import { createHash } from 'node:crypto';
import { SmsError } from '../errors.js';

/** What a customer gives so that a request that is sent twice is done once. */
export interface Idempotency {
  /** The customer's key; 1 to 255 printable ASCII characters. */
  key: string;
  /** A hash of the request. */
  fingerprint: string;
  /** What to do while the first request still runs: refuse (default), or wait for its answer. */
  whileRunning?: 'refuse' | 'wait' | undefined;
}

const keyForm = /^[\x21-\x7e][\x20-\x7e]{0,254}$/;

export function assertKey(key: string): void {
  if (!keyForm.test(key)) {
    throw new SmsError('invalid_request', 'Idempotency-Key must be 1 to 255 printable ASCII characters');
  }
}

export const mismatch = (): SmsError =>
  new SmsError('idempotency_mismatch', 'this Idempotency-Key was used for another request; use a new key');

export const stillRunning = (): SmsError =>
  new SmsError('idempotency_in_progress', 'the first request with this Idempotency-Key is still running; ask again', {
    retryAfterMs: 1_000,
  });

/** A hash of a request, the same for the same request: what tells a repeat from another request with its key. */
export const fingerprintOf = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('base64');
