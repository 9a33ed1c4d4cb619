import { SmsError, type Account, type Sms, type User } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { chars } from '../../rest-framework.js';
import { timeView } from '../fields.js';
import { json } from './answer.js';
import { userOf } from './profile.js';

/** A user has one account, the tenant they work in. Source: contracts/mifumo.md §9.4. */
const tenantView = (account: Account, user: User): object => ({
  id: account.id,
  name: account.name,
  subdomain: typeof user.profile.subdomain === 'string' ? user.profile.subdomain : account.teamCode.toLowerCase(),
  business_name: account.name,
  business_type: account.kind,
  email: user.email ?? '',
  phone_number: user.phone ?? '',
  is_active: account.state === 'active',
  created_at: timeView(account.createdAt),
});

const list = endpoint({
  method: 'GET',
  path: '/tenants',
  summary: "List the user's tenants",
  async handle({ access }, sms) {
    const [account, user] = await Promise.all([sms.accounts.get(access.accountId), userOf(sms, access)]);
    return json({ count: 1, results: [tenantView(account, user)] });
  },
});

/** @throws SmsError `not_found` for any tenant but the user's own */
async function own(sms: Sms, accountId: string, asked: string | undefined): Promise<Account> {
  if (asked?.toLowerCase() !== accountId) throw new SmsError('not_found', 'tenant not found');
  return sms.accounts.get(accountId);
}

const switchTo = endpoint({
  method: 'POST',
  path: '/tenants/switch',
  summary: 'Work in another of the tenants; a user has one',
  body: z.object({ tenant_id: chars(36) }),
  async handle({ access, body }, sms) {
    const { id, name } = await own(sms, access.accountId, body.tenant_id);
    return json({ success: true, message: 'Tenant switched successfully', tenant: { id, name } });
  },
});

const team = endpoint({
  method: 'GET',
  path: '/tenants/{id}/team',
  summary: 'List who works in a tenant',
  async handle({ access, params }, sms) {
    const account = await own(sms, access.accountId, params.id);
    const users = await sms.users.list(account.id);
    const results = users.map((user) => ({
      id: user.id,
      user: { id: user.id, email: user.email ?? '', first_name: user.firstName ?? '', last_name: user.lastName ?? '' },
      role: user.role,
      status: user.state,
      joined_at: timeView(user.createdAt),
    }));
    return json({ count: results.length, results });
  },
});

export const tenantEndpoints: readonly Endpoint[] = [list, switchTo, team];
