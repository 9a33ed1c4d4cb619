import { createHmac, timingSafeEqual } from 'crypto';

/** What a POST says of itself, and what it holds. */
export interface SignedPost {
  id: unknown;
  timestamp: unknown;
  signature: unknown;
  /** The body as it came over the wire; another order of the same fields is another body. */
  rawBody: Buffer | undefined;
}

const secretForm = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const toleranceS = 300;

/**
 * Whether a POST was made by who knows the secret, less than five minutes ago (Standard Webhooks 1.0). Whatever is
 * missing or malformed, the secret first of all, makes it false.
 */
export function isSigned({ id, timestamp, signature, rawBody }: SignedPost, secret: unknown, nowMs: number): boolean {
  const key = typeof secret === 'string' ? secretForm.exec(secret)?.[1] : undefined;
  if (key === undefined || rawBody === undefined) return false;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') return false;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs / 1_000 - Number(timestamp)) > toleranceS) return false;
  const hmac = createHmac('sha256', Buffer.from(key, 'base64'));
  const expected = hmac.update(`${id}.${timestamp}.`).update(rawBody).digest();
  // There are several while a secret rotates.
  return signature
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .map((one) => Buffer.from(one.slice(3), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}
