import { toMajor, type Package, type Tier } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { creditsField, creditsView } from './fields.js';

const packageView = ({ id, name, credits, price, currency, details }: Package): object => ({
  uuid: id,
  name,
  type: details.type ?? null,
  subtitle: details.subtitle ?? null,
  features: details.features ?? [],
  is_popular: details.isPopular ?? false,
  credits: creditsView(credits),
  price: toMajor(price, currency),
  currency,
  unit_price: Math.round((toMajor(price, currency) / creditsView(credits)) * 10_000) / 10_000,
});

const tierView = ({ name, from, unitPrice }: Tier, next: Tier | undefined, currency: string): object => ({
  name,
  from_credits: from,
  to_credits: next ? next.from - 1 : null,
  unit_price: toMajor(unitPrice, currency),
});

const list = endpoint({
  method: 'GET',
  path: '/packages',
  summary: 'List the packages of credits that the account can buy, and what others cost by tier',
  scope: 'payments',
  async handle({ access }, sms) {
    const [packages, { currency, tiers }] = await Promise.all([
      sms.packages.offered(access.accountId),
      sms.packages.tiers(access.accountId),
    ]);
    return success({
      packages: packages.map(packageView),
      tiers: tiers.map((tier, index) => tierView(tier, tiers[index + 1], currency)),
      currency,
    });
  },
});

const price = endpoint({
  method: 'POST',
  path: '/packages/price',
  summary: 'Tell what a number of credits costs, and by which tier',
  scope: 'payments',
  body: z.strictObject({ credits: creditsField }),
  async handle({ body, access }, sms) {
    const found = await sms.packages.price(access.accountId, body.credits);
    return success({
      credits: creditsView(found.credits),
      amount: toMajor(found.amount, found.currency),
      currency: found.currency,
      unit_price: toMajor(found.unitPrice, found.currency),
      tier: found.tier.name,
      tier_from_credits: found.tier.from,
      tier_to_credits: found.until === null ? null : found.until - 1,
    });
  },
});

export const packageEndpoints: readonly Endpoint[] = [list, price];
