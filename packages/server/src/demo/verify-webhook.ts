import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How far a delivery's clock may be from ours; what is older may be a recording that somebody plays back. */
const toleranceMs = 300_000;

/**
 * Checks a delivery as any receiver can, from the public description alone (https://www.standardwebhooks.com): none of
 * the platform's own code has a part in it.
 *
 * @param secret `whsec_` and the key in base64, as it was shown when the webhook was created
 * @param body the bytes exactly as they came
 */
export function isGenuine(secret: string, headers: IncomingHttpHeaders, body: Buffer, nowMs: number): boolean {
  const id = single(headers['webhook-id']);
  const timestamp = single(headers['webhook-timestamp']);
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp) * 1_000) > toleranceMs) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  // Several signatures while a secret rotates; one that fits is enough.
  return single(headers['webhook-signature'])
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .some((signature) => sameBytes(Buffer.from(signature.slice(3), 'base64'), expected));
}

/** Compares without telling by its duration how far they agree. */
const sameBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const single = (header: string | string[] | undefined): string => (typeof header === 'string' ? header : '');
