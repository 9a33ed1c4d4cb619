import { createHmac, randomBytes } from 'node:crypto';
import { SmsError } from '../errors.js';

const prefix = 'whsec_';
const secretForm = /^whsec_[A-Za-z0-9+/]+={0,2}$/;
/** What Standard Webhooks allows for a symmetric secret, in bytes. */
const minSecretBytes = 24;
const maxSecretBytes = 64;

/** One delivery to be signed. */
export interface WebhookToSign {
  /** The delivery's id. It stays the same over every attempt, so that a receiver can drop what it already has. */
  id: string;
  /** When this attempt is made, in milliseconds since the epoch. Receivers refuse one older than five minutes. */
  timestampMs: number;
  /** The body exactly as it goes over the wire. */
  body: string | Uint8Array;
  /** The subscription's secrets, newest first; more than one while a secret rotates. */
  secrets: readonly string[];
}

/** The headers of Standard Webhooks, without which a receiver cannot check a delivery. */
export type WebhookHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

/** A new secret for a subscription: `whsec_` and 32 random bytes in base64. */
export function generateWebhookSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/**
 * Signs one attempt as Standard Webhooks 1.0 asks: HMAC-SHA256 over `id.timestamp.body`, one `v1,` signature for each
 * secret, separated by spaces. Source: https://www.standardwebhooks.com.
 *
 * @throws SmsError `internal` when there is no secret, or one that is not `whsec_` and 24 to 64 bytes in base64.
 */
export function signWebhook({ id, timestampMs, body, secrets }: WebhookToSign): WebhookHeaders {
  if (secrets.length === 0) {
    // An unsigned delivery would look to the receiver like a forged one, so it is better not sent.
    throw new SmsError('internal', 'A webhook cannot be signed because its subscription has no secret.');
  }
  const timestampS = Math.floor(timestampMs / 1000).toString();
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', decodeSecret(secret));
    return `v1,${hmac.update(`${id}.${timestampS}.`).update(body).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestampS, 'webhook-signature': signatures.join(' ') };
}

function decodeSecret(secret: string): Buffer {
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  if (!secretForm.test(secret) || key.length < minSecretBytes || key.length > maxSecretBytes) {
    throw new SmsError('internal', 'A webhook secret must be whsec_ followed by 24 to 64 bytes in base64.');
  }
  return key;
}
