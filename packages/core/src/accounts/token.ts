import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { SmsError } from '../errors.js';
import { randomLetters } from './random-letters.js';

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
  'tenants',
] as const;
export type Scope = (typeof scopes)[number];

/** How far a key reaches in what its scopes name. Source: contracts/mifumo.md §1; tokens of other forms have them all. */
export const permissions = ['read', 'write', 'admin'] as const;
export type Permission = (typeof permissions)[number];

/** The forms raw tokens come in, by their prefix: `mbs_` is the canonical API's, the others are vendors'. */
export const tokenForms = ['mbs', 'mif', 'mboa'] as const;
export type TokenForm = (typeof tokenForms)[number];

/** An API key of an account. */
export interface Token {
  id: string;
  accountId: string;
  form: TokenForm;
  name: string;
  description: string | null;
  scopes: Scope[];
  permissions: Permission[];
  /** Which of its vendor's dialects it is answered in; null leaves it to where the dialect is mounted. */
  mode: string | null;
  /** The first characters of the raw token, to tell it from others. */
  hint: string | null;
  expiresAt: number | null;
  revokedAt: number | null;
  lastUsedAt: number | null;
  createdAt: number;
}

const forms: Readonly<Record<TokenForm, { generate: () => string; pattern: RegExp }>> = {
  /** 32 letters and digits, 190 bits of chance. */
  mbs: { generate: () => `mbs_${randomLetters(32)}`, pattern: /^mbs_[A-Za-z0-9]{32}$/ },
  mif: { generate: () => `mif_${randomBytes(32).toString('base64url')}`, pattern: /^mif_[A-Za-z0-9_-]{43}$/ },
  mboa: { generate: () => `mboa_${randomBytes(16).toString('hex')}`, pattern: /^mboa_[0-9a-f]{32}$/ },
};

const hintLength = 10;

/** A new raw token. It is shown once and kept only as a hash, unless its vendor's callbacks need it again. */
export const generateRawToken = (form: TokenForm): string => forms[form].generate();

export const hintOf = (raw: string): string => raw.slice(0, hintLength);

/** What is stored of a token. A random token of this length needs no salt and no slow hash. */
export function hashToken(raw: string): string {
  return createHash('sha256').update(raw).digest('hex');
}

/** The form a raw token has; undefined for what cannot be one. */
export function formOf(raw: string): TokenForm | undefined {
  return tokenForms.find((form) => forms[form].pattern.test(raw));
}

export const looksLikeToken = (raw: string): boolean => forms.mbs.pattern.test(raw);

/** Compares hashes without telling by its duration how far they agree. */
export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** Reads scopes from outside; an unknown one is refused by name. */
export const parseScopes = (names: readonly string[]): Scope[] => parseNames(names, scopes, 'scope');

/** Reads permissions from outside. `admin` includes the others. */
export const parsePermissions = (names: readonly string[]): Permission[] =>
  parseNames(names, permissions, 'permission');

function parseNames<T extends string>(names: readonly string[], known: readonly T[], what: string): T[] {
  const all: readonly string[] = known;
  if (names.some((name) => !all.includes(name))) {
    throw new SmsError('invalid_request', `unknown ${what}; the ${what}s are ${known.join(', ')}`);
  }
  if (names.length === 0) throw new SmsError('invalid_request', `${what}s must name at least one ${what}`);
  return [...new Set(names)] as T[];
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
