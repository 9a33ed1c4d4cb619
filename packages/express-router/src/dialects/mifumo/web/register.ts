import { SmsError, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { RequestInvalid, type FieldIssue } from '../../../validate.js';
import { chars } from '../../rest-framework.js';
import { country, optional } from '../fields.js';
import { json } from './answer.js';
import { countryCodeOf } from './countries.js';
import { email, password, phoneNumber, timezone } from './fields.js';
import { codesSent, registrations } from './limits.js';
import { mailToken, textCode } from './send-code.js';
import type { WebSettings } from './settings.js';
import { defaultTimeZone, newUserView } from './user-view.js';

const short = optional(chars(100));

const fields = z
  .object({
    email,
    first_name: chars(100),
    last_name: chars(100),
    phone_number: phoneNumber,
    password,
    password_confirm: z.string(),
    timezone: optional(timezone),
    business_name: short,
    company_name: short,
    subdomain: optional(chars(63)),
    country: optional(chars(60).refine((name) => countryCodeOf(name) !== undefined, { error: 'Unknown country.' })),
  })
  .refine((body) => body.password === body.password_confirm, {
    path: ['password_confirm'],
    error: "Passwords don't match.",
  });

/** Opens an account whose owner cannot log in before an address is proven. Source: contracts/mifumo.md §9.1. */
export const register = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/auth/register',
    summary: 'Open an account; its owner proves an address before logging in',
    credential: null,
    limits: [registrations, codesSent],
    body: fields,
    async handle(request, sms) {
      const { body } = request;
      if (!settings.registration) return json({ detail: 'Registration is closed.' }, 403);
      await assertNew(sms, body);
      await request.take(codesSent, { key: body.phone_number });
      const { user } = await sms.accounts
        .register({
          name: body.business_name ?? body.company_name ?? `${body.first_name} ${body.last_name}`,
          country: countryCodeOf(body.country ?? country) ?? country,
          currency: settings.currency,
          owner: {
            email: body.email,
            phone: body.phone_number,
            password: body.password,
            firstName: body.first_name,
            lastName: body.last_name,
            state: 'unverified',
            profile: { timezone: body.timezone ?? defaultTimeZone, subdomain: body.subdomain ?? null },
          },
        })
        .catch(asFieldError);
      const texted = (await textCode(settings, sms, user, 'activation')) !== null;
      const mailed = await mailToken(settings, sms, user, 'activation');
      return json(
        {
          message: messageFor(texted, mailed),
          user: newUserView(user),
          email_verification_sent: mailed,
          sms_verification_sent: texted,
          account_active: false,
          requires_activation: true,
          activation_required: true,
          tokens: null,
        },
        201,
      );
    },
  });

const taken = {
  email: 'User with this email already exists. Please log in instead.',
  phone_number: 'User with this phone number already exists.',
} as const;

const issue = (path: string, message: string): FieldIssue => ({ path: [path], message });

/** Both addresses are looked at, so that both are told of. */
async function assertNew(sms: Sms, shown: { email: string; phone_number: string }): Promise<void> {
  const [byEmail, byPhone] = await Promise.all([sms.users.find(shown.email), sms.users.find(shown.phone_number)]);
  const issues = [
    ...(byEmail ? [issue('email', taken.email)] : []),
    ...(byPhone ? [issue('phone_number', taken.phone_number)] : []),
  ];
  if (issues.length > 0) throw new RequestInvalid(issues);
}

/** Somebody else was faster, or a number is none of any country. */
function asFieldError(error: unknown): never {
  if (error instanceof SmsError) {
    if (error.code === 'number_invalid' || error.code === 'not_mobile') {
      throw new RequestInvalid([issue('phone_number', 'Enter a valid phone number.')]);
    }
    if (error.code === 'conflict') {
      const isEmail = error.details?.field === 'email';
      throw new RequestInvalid([isEmail ? issue('email', taken.email) : issue('phone_number', taken.phone_number)]);
    }
  }
  throw error;
}

function messageFor(texted: boolean, mailed: boolean): string {
  const begin = 'User created successfully.';
  if (texted) return `${begin} Please check your phone for the verification code to activate your account.`;
  if (mailed) return `${begin} Please check your email for the verification code to activate your account.`;
  return `${begin} No verification code could be sent; ask the operator to activate your account.`;
}
