import type { Access, NewPayment, Sms } from '@ujumbe/core';
import { z } from 'zod';
import { RequestInvalid } from '../../../validate.js';
import { userOf } from './profile.js';

/** Money comes by phone and in no other way. */
export const methodOf = z.enum(['mobile_money', 'zenopay_mobile_money']);

/** What the documents call the wallets of the providers. */
const wallets: Readonly<Record<string, string>> = {
  mpesa: 'vodacom',
  tigopesa: 'tigo',
  airtelmoney: 'airtel',
  halopesa: 'halotel',
};

/** A provider by its own name or its wallet's. */
export const providerOf = z
  .string()
  .max(30)
  .transform((name) => wallets[name.toLowerCase()] ?? name.toLowerCase());

/** Who pays: the user who is logged in, with the phone that is named or else their own. @throws RequestInvalid */
export async function payerWho(
  sms: Sms,
  access: Access,
  { phone_number: named, provider }: { phone_number?: string | undefined; provider?: string | undefined },
): Promise<Omit<NewPayment, 'packageId' | 'credits'>> {
  const user = await userOf(sms, access);
  const phone = named ?? user.phone;
  if (phone === null) throw new RequestInvalid([{ path: ['phone_number'], message: 'This field is required.' }]);
  const name = [user.firstName, user.lastName].filter((part) => part !== null && part !== '').join(' ');
  return {
    phone,
    provider,
    ...(name === '' ? {} : { buyerName: name.slice(0, 100) }),
    ...(user.email === null ? {} : { buyerEmail: user.email }),
  };
}
