import { permissions, SmsError, type Access, type Permission, type Token } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiResponse, type Endpoint } from '../../endpoint.js';
import { readSessionOrKey } from './credentials.js';
import { idOf, optional, optionalTimeView, required, time, timeView } from './fields.js';
import { modes } from './mode.js';

/*
 * Keys, as the vendor's dashboard manages them. The vendor gives a second secret with each, which none of its
 * endpoints asks for, so none is made up here. Source: contracts/mifumo.md §5.3.
 */

const shared = { credential: readSessionOrKey, permission: 'admin' } as const;

const done = (message: string, data?: object): ApiResponse => ({
  status: 200,
  headers: { 'cache-control': 'no-store' },
  body: JSON.stringify({ success: true, message, ...(data && { data }) }),
});

const create = endpoint({
  ...shared,
  method: 'POST',
  path: '/keys/create',
  summary: 'Create an API key; its raw form is shown this once',
  body: z.object({
    key_name: required(100, 'MISSING_FIELD', 'Missing required field: key_name'),
    permissions: z.array(z.enum(permissions)).min(1).default(['read', 'write']),
    expires_at: optional(time()),
    /** Which of the vendor's documents answers to this key follow; where it is mounted says so otherwise. */
    dialect: optional(z.enum(modes)),
  }),
  async handle({ body, access }, sms) {
    if (body.expires_at !== undefined && body.expires_at <= Date.now()) {
      throw new SmsError('invalid_request', 'expires_at must be in the future', { details: { field: 'expires_at' } });
    }
    const { raw, token } = await sms.keys.create(access.accountId, {
      form: 'mif',
      name: body.key_name,
      // Nobody becomes more than he was by making himself a key.
      scopes: access.scopes,
      permissions: grantable(access, body.permissions),
      mode: body.dialect ?? null,
      expiresAt: body.expires_at,
    });
    return done('API key created successfully', { ...keyView(token), ...rawView(raw), ...whenView(token) });
  },
});

const grantable = ({ permissions: held }: Access, asked: readonly Permission[]): Permission[] =>
  asked.filter((permission) => held.includes(permission) || held.includes('admin'));

const keyView = ({ id, name }: Token): object => ({ id, key_name: name });
const rawView = (raw: string): object => ({ api_key: raw, secret_key: null });
const whenView = (token: Token): object => ({
  permissions: token.permissions,
  created_at: timeView(token.createdAt),
  expires_at: optionalTimeView(token.expiresAt),
});

const revoke = endpoint({
  ...shared,
  method: 'POST',
  path: '/keys/{id}/revoke',
  summary: 'Revoke an API key at once',
  async handle({ params, access }, sms) {
    await sms.keys.revoke(access.accountId, 'mif', idOf(params));
    return done('API key revoked successfully');
  },
});

const regenerate = endpoint({
  ...shared,
  method: 'POST',
  path: '/keys/{id}/regenerate',
  summary: 'Give an API key another secret; the former one is refused at once',
  async handle({ params, access }, sms) {
    const { raw } = await sms.keys.regenerate(access.accountId, 'mif', idOf(params));
    return done('API key regenerated successfully', rawView(raw));
  },
});

export const keyEndpoints: readonly Endpoint[] = [create, revoke, regenerate];
