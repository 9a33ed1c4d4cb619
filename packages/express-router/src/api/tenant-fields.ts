import type { TenantChanges } from '@ujumbe/core';
import { z } from 'zod';
import { creditsOrNoneField, text, time } from './fields.js';

const price = z.strictObject({
  prefix: text(8).optional(),
  mccmnc: text(6).optional(),
  credits: creditsOrNoneField,
  effective_at: time.optional(),
});

/** What a partner says of a tenant, when it makes it and later. */
export const details = {
  contact: z.strictObject({
    name: text(100).nullable().optional(),
    email: text(254).nullable().optional(),
    phone: text(32).nullable().optional(),
  }),
  brand: z.strictObject({
    name: text(100).nullable().optional(),
    logo_url: text(2_000).nullable().optional(),
    colours: z.record(text(30), text(7)).optional(),
  }),
  limits: z.strictObject({
    plan: text(100).nullable().optional(),
    smpp_segments_per_second: z.int().nullable().optional(),
    smpp_sessions: z.int().nullable().optional(),
  }),
  prices: z.array(price).max(100),
};

interface Written {
  contact?: z.output<typeof details.contact> | undefined;
  brand?: z.output<typeof details.brand> | undefined;
  limits?: z.output<typeof details.limits> | undefined;
  prices?: z.output<typeof details.prices> | undefined;
}

/** The details in the core's words. What is not written stays away: null empties, and absent leaves. */
export function detailsOf({ contact, brand, limits, prices }: Written): Omit<TenantChanges, 'name'> {
  return {
    contact: contact && written({ name: contact.name, email: contact.email, phone: contact.phone }),
    brand: brand && written({ name: brand.name, logoUrl: brand.logo_url, colours: brand.colours }),
    limits:
      limits &&
      written({
        plan: limits.plan,
        segmentsPerSecond: limits.smpp_segments_per_second,
        maxSessions: limits.smpp_sessions,
      }),
    prices: prices?.map(({ prefix, mccmnc, credits, effective_at: effectiveAt }) => ({
      prefix,
      mccmnc,
      credits,
      effectiveAt,
    })),
  };
}

type Filled<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const written = <T extends object>(fields: T): Filled<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Filled<T>;
