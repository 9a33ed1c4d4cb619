import type { Access, Sms } from '@ujumbe/core';
import type { ApiRequest } from '../../endpoint.js';

/**
 * Whose credits a request spends: those of the account that asks, or of a tenant of its own that it names by its id or
 * its public one. Source: contracts/mifumo.md §3.1, `tenant_account_id`, and §0, row 17.
 *
 * @throws SmsError `not_found`, and what ends the key's access
 */
export async function senderOf({ access }: ApiRequest, sms: Sms, tenant: string | undefined): Promise<Access> {
  if (tenant === undefined || tenant.toLowerCase() === access.accountId) return access;
  return sms.tenants.actingFor(access, tenant, { cached: true });
}
