import { SmsError, scopes, type Access, type Scope, type Sms, type Token } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { idOf, optionalTimeView, text, time, timeView } from './fields.js';

const tokenView = ({ id, name, scopes: granted, expiresAt, createdAt }: Token): object => ({
  uuid: id,
  name,
  scopes: granted,
  expires_at: optionalTimeView(expiresAt),
  created_at: timeView(createdAt),
});

export const listedTokenView = (token: Token): object => ({
  ...tokenView(token),
  revoked_at: optionalTimeView(token.revokedAt),
  last_used_at: optionalTimeView(token.lastUsedAt),
});

/** Nobody becomes more than he was by making himself a token. */
export function assertMayGrant(access: Access, asked: readonly Scope[]): void {
  const lacking = asked.find((scope) => !access.scopes.includes(scope));
  if (lacking !== undefined) {
    throw new SmsError('scope_missing', `a token cannot grant a scope it lacks: ${lacking}`);
  }
}

export const tokenBody = z.strictObject({
  name: text(100).min(1),
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
  expires_at: time.optional(),
});

/** Makes a token of an account, and answers what is shown of it this once. */
export async function createToken(
  sms: Sms,
  accountId: string,
  { name, scopes: granted, expires_at: expiresAt }: z.output<typeof tokenBody>,
): Promise<object> {
  if (expiresAt !== undefined && expiresAt <= Date.now()) {
    throw new SmsError('invalid_request', 'expires_at must be in the future');
  }
  const { raw, token } = await sms.tokens.create(accountId, { name, scopes: granted, expiresAt });
  return { raw_token: raw, token: tokenView(token) };
}

const list = endpoint({
  method: 'GET',
  path: '/tokens',
  summary: 'List all tokens, revoked and expired ones too',
  scope: 'api_tokens',
  async handle({ access }, sms) {
    const tokens = await sms.tokens.list(access.accountId);
    return success(tokens.map(listedTokenView));
  },
});

const create = endpoint({
  method: 'POST',
  path: '/tokens',
  summary: 'Create a token; its raw form is shown this once',
  scope: 'api_tokens',
  body: tokenBody,
  async handle(request, sms) {
    const { body, access } = request;
    assertMayGrant(access, body.scopes);
    return answerOnce(sms, request, () => createToken(sms, access.accountId, body));
  },
});

const revoke = endpoint({
  method: 'DELETE',
  path: '/tokens/{uuid}',
  summary: 'Revoke a token at once',
  scope: 'api_tokens',
  async handle({ params, access }, sms) {
    await sms.tokens.revoke(access.accountId, idOf(params, 'uuid', 'token'));
    return success({ revoked: true });
  },
});

export const tokenEndpoints: readonly Endpoint[] = [list, create, revoke];
