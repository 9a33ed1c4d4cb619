import type { ShownCredential, TokenForm } from '@ujumbe/core';
import type { RequestHeaders } from './request-headers.js';

/** Where a credential may be. */
export interface CredentialSource {
  readonly headers: RequestHeaders;
  /** The client's address, as far as the host trusts its proxies. */
  readonly address: string;
  /** The query string's fields. */
  readonly query: () => Readonly<Record<string, string>>;
  /** Reads the body, for vendors that put the credential into it. Only what may be a megabyte's worth of trust. */
  readonly body: () => Promise<unknown>;
}

/**
 * What a request shows to say whose it is; undefined when it shows nothing.
 *
 * @throws RequestRefused `credential_malformed` when it shows something in a form that is not asked for
 */
export type ReadCredential = (
  source: CredentialSource,
) => ShownCredential | undefined | Promise<ShownCredential | undefined>;

/** What follows a scheme in `Authorization`. The name of a scheme is case-insensitive (RFC 9110 §11.1). */
function afterScheme(scheme: string, { authorization }: RequestHeaders): string | undefined {
  if (typeof authorization !== 'string') return undefined;
  const begin = `${scheme} `;
  if (authorization.slice(0, begin.length).toLowerCase() !== begin) return undefined;
  return authorization.slice(begin.length).trim();
}

export const bearerOf = (headers: RequestHeaders): string | undefined => afterScheme('bearer', headers);

export function apiKeyOf(headers: RequestHeaders): string | undefined {
  const key = headers['x-api-key'];
  return typeof key === 'string' ? key.trim() : undefined;
}

/** Name and password of `Authorization: Basic`, in UTF-8; a colon belongs to the password from the second on. */
export function basicOf(headers: RequestHeaders): { login: string; password: string } | undefined {
  const encoded = afterScheme('basic', headers);
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon === -1) return { login: decoded, password: '' };
  return { login: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** Whether something has the three parts of a JSON web token. */
export const looksLikeJwt = (raw: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(raw);

/** An API key in one of the forms, or what a user was given at log-in. */
export const tokenOrSession = (raw: string, forms: readonly TokenForm[]): ShownCredential =>
  looksLikeJwt(raw) ? { kind: 'session', jwt: raw } : { kind: 'token', raw, forms };
