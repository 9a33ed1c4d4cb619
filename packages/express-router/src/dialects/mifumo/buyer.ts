import { isUuid, type Payment, type NewPayment, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import type { ApiRequest } from '../../endpoint.js';
import { idempotencyOf } from '../../idempotency.js';
import { RequestInvalid } from '../../validate.js';
import { email, optional, saying, text } from './fields.js';

/*
 * Who pays, told wrong in the words and about in the order that the vendor has. Source: contracts/mifumo.md §7.2 and
 * §7.4.
 */

const buyer = ['buyer_email', 'buyer_name', 'buyer_phone'] as const;

export const invalidPhone =
  'Invalid phone number. Must be a Tanzanian mobile number starting with 07 or 06 (e.g., 0744963858)';

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === '';

/** All that are required are named at once, whichever is missing. */
const withAll = (names: readonly string[]): z.ZodType<Record<string, unknown>> =>
  z.looseObject({}).check(({ value, issues }) => {
    const missing = names.find((name) => isMissing(value[name]));
    if (missing === undefined) return;
    issues.push({
      code: 'custom',
      input: value,
      path: [missing],
      message: `Missing required fields: ${names.join(', ')}`,
      params: { code: 'MISSING_FIELD' },
      continue: false,
    });
  });

const buyerFields = {
  mobile_money_provider: optional(text(30)),
  // What is a number of the wallet's, the wallet knows.
  buyer_phone: z
    .unknown()
    .refine((value) => typeof value === 'string' && value.length <= 32, saying('INVALID_PHONE_FORMAT', invalidPhone))
    .pipe(z.string()),
  buyer_email: email,
  buyer_name: text(100).min(1),
};

const invalidPackage = (input: unknown): string => {
  const shown = typeof input === 'string' ? input.slice(0, 36) : typeof input;
  return `Invalid package ID format: ${shown}. Please select a valid package.`;
};

const packageId = z
  .unknown()
  .refine((value) => typeof value === 'string' && isUuid(value.toLowerCase()), {
    error: ({ input }) => invalidPackage(input),
    params: { code: 'INVALID_REQUEST_DATA' },
    abort: true,
  })
  .transform((value) => (value as string).toLowerCase());

/** A package, and who pays for it. */
export const packageOrder = withAll(['package_id', ...buyer]).pipe(z.object({ ...buyerFields, package_id: packageId }));

/** A number of credits, and who pays for them. */
export const creditsOrder = withAll(['credits', ...buyer]).pipe(
  z.object({ ...buyerFields, credits: z.int().min(1).max(1_000_000_000) }),
);

export type Buyer = z.output<z.ZodObject<typeof buyerFields>>;

export const payerOf = (body: Buyer): Omit<NewPayment, 'packageId' | 'credits'> => ({
  phone: body.buyer_phone,
  buyerName: body.buyer_name,
  buyerEmail: body.buyer_email,
  provider: body.mobile_money_provider,
});

/** The vendor's when none is named. */
const usualProvider = 'vodacom';

/** Has a phone asked, once for each `Idempotency-Key` where there is one. @throws RequestInvalid, SmsError */
export async function startPayment(
  request: ApiRequest,
  sms: Sms,
  accountId: string,
  wanted: NewPayment,
): Promise<Payment> {
  const { providers } = await sms.payments.providers(accountId);
  const codes = providers.map(({ code }) => code);
  if (wanted.provider !== undefined && !codes.includes(wanted.provider)) {
    const message = `Invalid mobile money provider. Choose from: ${codes.join(', ')}`;
    throw new RequestInvalid([{ path: ['mobile_money_provider'], message, code: 'INVALID_REQUEST_DATA' }]);
  }
  const provider = wanted.provider ?? codes.find((code) => code === usualProvider);
  const options = { idempotency: idempotencyOf(request) };
  const { payment } = await sms.payments.create(accountId, { ...wanted, provider }, options);
  return payment;
}
