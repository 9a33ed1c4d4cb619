import { SmsError, isUuid, type Access, type Sms } from '@ujumbe/core';
import type { ApiRequest } from '../../endpoint.js';

/**
 * Whose credits a request spends: those of the account that asks, or of a tenant of its own that it names.
 * Source: contracts/mifumo.md §3.1, `tenant_account_id`, and §0, row 17.
 */
export async function senderOf(
  request: ApiRequest,
  sms: Sms,
  tenantId: string | undefined,
): Promise<{ sender: string | Access; accountId: string }> {
  const { accountId } = request.access;
  if (tenantId === undefined || tenantId.toLowerCase() === accountId) return { sender: request.access, accountId };
  const tenant = isUuid(tenantId.toLowerCase()) ? await tenantOf(sms, tenantId.toLowerCase()) : undefined;
  if (tenant?.parentId !== accountId) throw new SmsError('not_found', 'tenant not found');
  // The tenant's own version is what its messages are committed on, so the key is looked at again here.
  await request.reauthenticate();
  return { sender: tenant.id, accountId: tenant.id };
}

async function tenantOf(sms: Sms, id: string): Promise<{ id: string; parentId: string | null } | undefined> {
  try {
    return await sms.accounts.get(id);
  } catch (error) {
    if (error instanceof SmsError && error.code === 'not_found') return undefined;
    throw error;
  }
}
