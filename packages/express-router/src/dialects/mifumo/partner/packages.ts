import { toMajor, type Package } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { answer } from '../answer.js';
import { timeView } from '../fields.js';
import { modeOf } from '../mode.js';
import { wholeCredits } from '../money.js';
import { unitPriceOf } from '../payment-view.js';
import type { Settings } from '../settings.js';
import { savingsOf } from './savings.js';

/** Source: contracts/mifumo.md §7.1. */
const packageView = ({ id, name, credits, price, currency }: Package): object => {
  const major = toMajor(price, currency);
  return {
    id,
    name,
    credits: wholeCredits(credits),
    price: major,
    currency,
    unit_price: unitPriceOf(major, wholeCredits(credits)),
  };
};

/** What the service of 2026 adds to it. */
const detailedView = (offer: Package): object => {
  const { details, price, currency, credits, createdAt } = offer;
  return {
    ...packageView(offer),
    package_type: details.type ?? null,
    is_popular: details.isPopular ?? false,
    is_active: true,
    features: details.features ?? [],
    savings_percentage: savingsOf(toMajor(price, currency) / wholeCredits(credits), currency),
    subtitle: details.subtitle ?? null,
    default_sender_id: null,
    sender_id_restriction: null,
    created_at: timeView(createdAt),
    updated_at: timeView(createdAt),
  };
};

/** The two later documents have different forms here, and no answer is both. Source: contracts/mifumo.md §0, row 12. */
export const packages = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/partner/packages',
    summary: 'List the packages your tenants can buy',
    scope: 'payments',
    permission: 'read',
    async handle(request, sms) {
      const mode = modeOf(request.access, settings.mode);
      const offered = await sms.packages.offered({ tenantsOf: request.access.accountId });
      const views = offered.map(mode === 'v2' ? packageView : detailedView);
      return answer(settings, request, {
        message: 'Packages retrieved successfully',
        data: mode === 'live2026' ? { packages: views, total_packages: views.length } : views,
      });
    },
  });

/** Source: contracts/mifumo.md §7.7: flat in the second guide, nested in the service of 2026. */
export const calculate = (settings: Settings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/v1/partner/pricing/calculate',
    summary: 'Tell what a number of credits costs your tenants, and by which tier',
    scope: 'payments',
    permission: 'read',
    body: z.object({ credits: z.int().min(1).max(1_000_000_000) }),
    async handle(request, sms) {
      const buyer = { tenantsOf: request.access.accountId };
      const price = await sms.packages.price(buyer, request.body.credits * 1_000);
      const { tiers } = await sms.packages.tiers(buyer);
      const { currency, tier } = price;
      const credits = wholeCredits(price.credits);
      const amount = toMajor(price.amount, currency);
      const unitPrice = toMajor(price.unitPrice, currency);
      return answer(settings, request, {
        message: 'Pricing calculated successfully',
        data: {
          credits,
          unit_price: unitPrice,
          total_price: amount,
          active_tier: tier.name,
          tier_min_credits: tier.from,
          tier_max_credits: price.until === null ? null : price.until - 1,
          savings_percentage: savingsOf(unitPrice, currency),
          pricing_tiers: tiers.map((one, at) => tierView(one, tiers[at + 1], currency)),
          currency,
        },
        flat: { credits, price: amount, currency, unit_price: unitPrice, tier: tier.name },
      });
    },
  });

interface Tier {
  name: string;
  from: number;
  unitPrice: number;
}

function tierView({ name, from, unitPrice }: Tier, next: Tier | undefined, currency: string): object {
  const most = next ? next.from - 1 : null;
  const price = toMajor(unitPrice, currency);
  return {
    tier: name,
    min_credits: from,
    max_credits: most,
    unit_price: price,
    description: `${most === null ? `${from} SMS and more` : `${from} to ${most} SMS`} at ${price} ${currency} each`,
  };
}
