import { accountName } from '../accounts/account.js';
import { bumpFamilyVersions, lockAccount } from '../accounts/account.store.js';
import { writeAccount } from '../accounts/open-account.js';
import { existingPartner, existingTenant, limitsOfPartner } from './find-tenant.js';
import { pricesOfTenant } from './price-tenant.js';
import { esmeLimits } from './set-limits.js';
import type { TenantDeps } from './tenant-deps.js';
import { changedBrand, changedContact, changedLimits } from './tenant-fields.js';
import { describeTenant } from './tenant.store.js';
import type { Tenant, TenantChanges } from './tenant.js';

/** As `Tenants.update`. */
export async function updateTenant(
  deps: TenantDeps,
  partnerId: string,
  named: string,
  changes: TenantChanges,
): Promise<Tenant> {
  const { database, clock, runStatements } = deps;
  const { id } = await database.read((tx) => existingTenant(tx, partnerId, named));
  const priced = { id, kind: 'tenant', parentId: partnerId } as const;
  const prices = await pricesOfTenant(deps, priced, changes.prices ?? []);
  return writeAccount(database, async (tx) => {
    const partner = await existingPartner(tx, partnerId);
    await lockAccount(tx, id);
    const before = await existingTenant(tx, partnerId, id);
    const limits = changedLimits(before.limits, changes.limits ?? {}, await limitsOfPartner(tx, partner));
    const nowMs = clock.now();
    const after = {
      id,
      name: changes.name === undefined ? before.name : accountName(changes.name),
      contact: changedContact(before.contact, changes.contact ?? {}, before.country),
      brand: changedBrand(before.brand, changes.brand ?? {}),
      plan: limits.plan,
    };
    await runStatements(tx, [
      describeTenant(after, nowMs),
      ...prices,
      ...(prices.length === 0 ? [] : [bumpFamilyVersions(id)]),
      ...(await esmeLimits(tx, id, limits, nowMs)),
    ]);
    return existingTenant(tx, partnerId, id);
  });
}
