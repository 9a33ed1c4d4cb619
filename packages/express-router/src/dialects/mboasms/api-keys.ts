import type { Token } from '@ujumbe/core';
import { z } from 'zod';
import { text } from '../../api/fields.js';
import { endpoint, type Endpoint } from '../../endpoint.js';
import { readSession } from './credentials.js';

const path = '/developer/sms/api-keys';

/** Source: contracts/mboasms.md §1. */
const keyView = ({ id, name, description, accountId, createdAt }: Token, apiKey: string): object => ({
  id,
  apiKey,
  name,
  description,
  enterpriseId: accountId,
  createdAt: new Date(createdAt).toISOString(),
});

/** Its beginning, to tell it from others. */
const masked = ({ hint }: Token): string => `${hint ?? 'mboa_'}${'*'.repeat(8)}`;

const list = endpoint({
  method: 'GET',
  path,
  summary: 'List API keys, with all but their beginning masked',
  credential: readSession,
  scope: 'api_tokens',
  async handle({ access }, sms) {
    const keys = await sms.keys.list(access.accountId, 'mboa');
    const shown = keys.filter(({ revokedAt }) => revokedAt === null).map((key) => keyView(key, masked(key)));
    return { status: 200, body: JSON.stringify(shown) };
  },
});

const create = endpoint({
  method: 'POST',
  path,
  summary: 'Create an API key, shown this once',
  credential: readSession,
  scope: 'api_tokens',
  body: z.object({ name: text(100).trim().min(1), description: text(500).nullish() }),
  async handle({ body, access }, sms) {
    const { scopes, permissions } = access;
    const { raw, token } = await sms.keys.create(access.accountId, {
      form: 'mboa',
      name: body.name,
      description: body.description ?? undefined,
      scopes,
      permissions,
    });
    return { status: 200, headers: { 'cache-control': 'no-store' }, body: JSON.stringify(keyView(token, raw)) };
  },
});

const remove = endpoint({
  method: 'DELETE',
  path: `${path}/{id}`,
  summary: 'Delete an API key; it is refused from now on',
  credential: readSession,
  scope: 'api_tokens',
  async handle({ params, access }, sms) {
    await sms.keys.revoke(access.accountId, 'mboa', (params.id ?? '').toLowerCase());
    return { status: 200, body: JSON.stringify({ success: true, message: 'API key deleted successfully' }) };
  },
});

export const apiKeyEndpoints: readonly Endpoint[] = [list, create, remove];
