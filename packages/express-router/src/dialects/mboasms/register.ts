import { SmsError } from '@ujumbe/core';
import { z } from 'zod';
import { text } from '../../api/fields.js';
import { endpoint, type Endpoint } from '../../endpoint.js';
import type { RateLimitPolicy } from '../../limits.js';
import { countryCodeOf } from './country-names.js';
import { answer, said } from './said.js';
import { userView } from './user-view.js';

export interface RegistrationSettings {
  isOpen: boolean;
  /** What new accounts pay in, ISO 4217. */
  currency: string;
}

/** Accounts opened from one address. */
const registrations: RateLimitPolicy = { name: 'registrations', limit: 10, windowMs: 3_600_000, per: 'address' };

/** Where the vendor is, and where numbers without a country are. */
const home = 'CM';

const optional = (longest: number): z.ZodType<string | undefined> =>
  text(longest)
    .trim()
    .nullish()
    .transform((said) => (said === '' ? undefined : (said ?? undefined)));

/** What the vendor's form asks for; the rest of it is not kept. */
const fields = z
  .object({
    firstName: text(100).trim().min(1),
    lastName: text(100).trim().min(1),
    email: text(254).min(1),
    phoneNumber: text(32).min(1),
    password: z.string().min(8).max(128),
    confirmPassword: z.string().optional(),
    country: optional(100),
    city: optional(100),
    gender: optional(20),
    socialRaison: optional(100),
  })
  .refine(({ password, confirmPassword = password }) => confirmPassword === password, {
    path: ['confirmPassword'],
    error: 'must be the same as password',
  });

/** Opens an account with its owner; credits and sender IDs are the operator's to give. Source: contracts/mboasms.md §1. */
export const register = ({ isOpen, currency }: RegistrationSettings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/auth/register',
    summary: 'Open an account whose owner may log in',
    credential: null,
    limits: [registrations],
    body: fields,
    async handle({ body }, sms) {
      if (!isOpen) throw new SmsError('scope_missing', 'registration is closed; ask the operator for an account');
      const { firstName, lastName, email, phoneNumber: phone, password, country: written, city, gender } = body;
      const country = countryCodeOf(written ?? home);
      if (country === undefined) {
        throw new SmsError('invalid_request', 'country is not known; write its code, such as CM');
      }
      const profile = { ...(written && { country: written }), ...(city && { city }), ...(gender && { gender }) };
      const owner = { email, phone, password, firstName, lastName, profile };
      const name = body.socialRaison ?? `${firstName} ${lastName}`.slice(0, 100);
      const { user } = await sms.accounts.register({ name, country, currency, owner });
      return answer({ ...said('Registration successful'), ...(await userView(sms, user)) });
    },
  });
