import type { Tenant } from '@ujumbe/core';
import { timeView } from '../fields.js';
import { wholeCredits } from '../money.js';

/** Source: contracts/mifumo.md §6.1. A tenant has no key of its own: its partner's acts for it. */
export const createdView = (tenant: Tenant): object => ({
  mifumo_account_id: tenant.id,
  mifumo_account_id_public: tenant.teamCode,
  mifumo_api_key: null,
  tenant_name: tenant.name,
  tenant_id: tenant.id,
  sms_balance: wholeCredits(tenant.balance.available),
  owner_email: tenant.contact.email,
  created_at: timeView(tenant.createdAt),
});

export const tenantStatus = ({ state }: Tenant): string => (state === 'active' ? 'active' : 'inactive');

/** In the list of tenants; §6.2. */
export const listedView = (tenant: Tenant): object => ({
  mifumo_account_id: tenant.id,
  mifumo_api_key: null,
  tenant_name: tenant.name,
  business_name: tenant.brand.name ?? tenant.name,
  sms_balance: wholeCredits(tenant.balance.available),
  owner_email: tenant.contact.email,
  contact_phone: tenant.contact.phone,
  status: tenantStatus(tenant),
  created_at: timeView(tenant.createdAt),
  updated_at: timeView(tenant.updatedAt),
});

/** `ACC-` and what its partner may name it by, too. */
const clientAccountId = ({ teamCode }: Tenant): string => `ACC-${teamCode}`;

/** What came in, whatever has become of it. */
const totalPurchased = ({ balance: { available, held, captured } }: Tenant): number =>
  wholeCredits(available + held + captured);

/** By itself; §6.3. */
export const tenantView = (tenant: Tenant): object => ({
  mifumo_account_id: tenant.id,
  tenant_name: tenant.name,
  business_name: tenant.brand.name ?? tenant.name,
  client_account_id: clientAccountId(tenant),
  sms_balance: wholeCredits(tenant.balance.available),
  // It is read as it is at this moment.
  balance_last_updated: timeView(Date.now()),
  total_purchased: totalPurchased(tenant),
  total_used: wholeCredits(tenant.balance.captured),
  owner_email: tenant.contact.email,
  contact_phone: tenant.contact.phone,
  status: tenantStatus(tenant),
  created_at: timeView(tenant.createdAt),
  updated_at: timeView(tenant.updatedAt),
});

/** What it can send; §6.4. */
export const balanceView = (tenant: Tenant): object => ({
  mifumo_account_id: tenant.id,
  tenant_name: tenant.name,
  client_account_id: clientAccountId(tenant),
  sms_balance: wholeCredits(tenant.balance.available),
  balance_last_updated: timeView(Date.now()),
  total_purchased: totalPurchased(tenant),
  total_used: wholeCredits(tenant.balance.captured),
});
