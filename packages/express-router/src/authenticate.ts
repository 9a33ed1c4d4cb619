import { SmsError, type Access, type Scope, type Sms } from '@ujumbe/core';
import type { RequestHeaders } from './endpoint.js';

const scheme = 'Bearer ';

/** The token of a request: `Authorization: Bearer …`, else `X-API-Key: …`. Other schemes belong to somebody else. */
function credentialOf(headers: RequestHeaders): string | undefined {
  const authorization = headers.authorization;
  if (typeof authorization === 'string') {
    if (authorization.startsWith(scheme)) return authorization.slice(scheme.length).trim();
    // The name of a scheme is case-insensitive (RFC 9110 §11.1).
    if (authorization.slice(0, scheme.length).toLowerCase() === 'bearer ')
      return authorization.slice(scheme.length).trim();
  }
  const apiKey = headers['x-api-key'];
  return typeof apiKey === 'string' ? apiKey : undefined;
}

/**
 * Tells who asks.
 *
 * @throws SmsError `unauthenticated`, `token_revoked`, `token_expired`, `account_suspended`
 */
export function authenticate(sms: Sms, headers: RequestHeaders, options: { cached: boolean }): Promise<Access> {
  const raw = credentialOf(headers);
  if (raw === undefined) throw new SmsError('unauthenticated', 'invalid or missing token');
  return sms.tokens.authenticate(raw, options);
}

export function assertScope(access: Access, scope: Scope): void {
  if (!access.scopes.includes(scope)) throw new SmsError('scope_missing', `token lacks required scope: ${scope}`);
}
