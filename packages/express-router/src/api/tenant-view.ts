import type { Tenant, TenantCredit, TenantPrice, User } from '@ujumbe/core';
import { creditsView, timeView } from './fields.js';

export const tenantView = (tenant: Tenant): object => ({
  uuid: tenant.id,
  name: tenant.name,
  team_code: tenant.teamCode,
  country: tenant.country,
  currency: tenant.currency,
  state: tenant.state,
  contact: tenant.contact,
  brand: { name: tenant.brand.name, logo_url: tenant.brand.logoUrl, colours: tenant.brand.colours },
  limits: {
    plan: tenant.limits.plan,
    smpp_segments_per_second: tenant.limits.segmentsPerSecond,
    smpp_sessions: tenant.limits.maxSessions,
  },
  balance: {
    available: creditsView(tenant.balance.available),
    held: creditsView(tenant.balance.held),
    captured: creditsView(tenant.balance.captured),
  },
  created_at: timeView(tenant.createdAt),
  updated_at: timeView(tenant.updatedAt),
});

export const priceView = ({ prefix, mccmnc, credits, effectiveAt = 0 }: TenantPrice): object => ({
  ...(mccmnc === undefined ? { prefix: prefix ?? '' } : { mccmnc }),
  credits: creditsView(credits),
  effective_at: timeView(effectiveAt),
});

export const userView = (user: User | null): object | null =>
  user && { uuid: user.id, email: user.email, first_name: user.firstName, last_name: user.lastName };

export const creditView = (credit: TenantCredit, tenant: Tenant): object => ({
  uuid: credit.id,
  credits: creditsView(credit.credits),
  reference: credit.reference,
  created_at: timeView(credit.at),
  tenant_uuid: tenant.id,
  balance: { available: creditsView(tenant.balance.available), held: creditsView(tenant.balance.held) },
});
