import type { Account } from '../accounts/account.js';
import { changeAccountState } from '../accounts/manage-accounts.js';
import { isUuid } from '../ids.js';
import { foldedText } from '../text/folded-text.js';
import { createTenant } from './create-tenant.js';
import { creditTenant } from './credit-tenant.js';
import { existingTenant } from './find-tenant.js';
import type { TenantDeps } from './tenant-deps.js';
import { listTenants, tenantPrices } from './tenant.store.js';
import type { Tenant, Tenants } from './tenant.js';
import { updateTenant } from './update-tenant.js';

/** Lays out what a partner does with its customers. */
export function manageTenants(deps: TenantDeps): Tenants {
  const { database, authenticator } = deps;

  const get = (partnerId: string, named: string): Promise<Tenant> =>
    database.read((tx) => existingTenant(tx, partnerId, named));

  const changeState = async (partnerId: string, named: string, state: Account['state']): Promise<Tenant> => {
    const { id } = await get(partnerId, named);
    await changeAccountState(deps, id, state);
    return get(partnerId, id);
  };

  return {
    create: (partnerId, wanted, { idempotency } = {}) => createTenant(deps, partnerId, wanted, idempotency),
    list: (partnerId, { state, search }, page) =>
      database.read((tx) => listTenants(tx, partnerId, { state, search: search && foldedText(search) }, page)),
    get,
    prices: async (partnerId, named) => {
      const { id } = await get(partnerId, named);
      return database.read((tx) => tenantPrices(tx, id));
    },
    update: (partnerId, named, changes) => updateTenant(deps, partnerId, named, changes),
    suspend: (partnerId, named) => changeState(partnerId, named, 'suspended'),
    resume: (partnerId, named) => changeState(partnerId, named, 'active'),
    credit: (partnerId, named, credit, { idempotency } = {}) =>
      creditTenant(deps, partnerId, named, credit, idempotency),
    actingFor: async (access, named, how) => {
      const id = isUuid(named) ? named : (await get(access.accountId, named)).id;
      return authenticator.actFor(access, id, how);
    },
  };
}
