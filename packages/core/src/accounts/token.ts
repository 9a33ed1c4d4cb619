import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { SmsError } from '../errors.js';

/** What a token may be used for. Named as Mobile Sasa names them, and ours beside; source: contracts/mobilesasa.md §1 and §9. */
export const scopes = [
  'messages',
  'contacts',
  'groups',
  'campaigns',
  'surveys',
  'ussd',
  'reports',
  'api_tokens',
  'webhooks',
  'payments',
] as const;
export type Scope = (typeof scopes)[number];

export interface Token {
  id: string;
  accountId: string;
  name: string;
  scopes: Scope[];
  expiresAt: number | null;
  revokedAt: number | null;
  lastUsedAt: number | null;
  createdAt: number;
}

const prefix = 'mbs_';
const rawForm = /^mbs_[A-Za-z0-9]{32}$/;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A new raw token: 32 letters and digits, 190 bits of chance. It is shown once and kept only as a hash. */
export function generateRawToken(): string {
  let raw = '';
  while (raw.length < 32) {
    // Bytes past the last whole multiple of 62 are dropped, so that every letter is as likely as another.
    for (const byte of randomBytes(48)) if (byte < 248 && raw.length < 32) raw += letters[byte % 62] ?? '';
  }
  return prefix + raw;
}

/** What is stored of a token. A random token of this length needs no salt and no slow hash. */
export function hashToken(raw: string): string {
  return createHash('sha256').update(raw).digest('hex');
}

export function looksLikeToken(raw: string): boolean {
  return rawForm.test(raw);
}

/** Compares hashes without telling by its duration how far they agree. */
export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** Reads scopes from outside; an unknown one is refused by name. */
export function parseScopes(names: readonly string[]): Scope[] {
  const known: readonly string[] = scopes;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new SmsError('invalid_request', `unknown scope; the scopes are ${scopes.join(', ')}`);
  }
  if (names.length === 0) throw new SmsError('invalid_request', 'scopes must name at least one scope');
  return [...new Set(names)] as Scope[];
}

/** Refuses a token that is over, with the sentence its owner needs. */
export function assertUsable(token: Pick<Token, 'revokedAt' | 'expiresAt'>, nowMs: number): void {
  if (token.revokedAt !== null) {
    throw new SmsError('token_revoked', 'this token was revoked; use another or create a new one');
  }
  if (token.expiresAt !== null && token.expiresAt <= nowMs) {
    throw new SmsError('token_expired', 'this token has expired; create a new one');
  }
}
