import type { Funder } from '@ujumbe/core';
import type { z } from 'zod';
import { text } from './fields.js';

/** Who is asked to pay by phone. Only the phone is needed. */
export const buyerFields = {
  phone: text(32).min(1),
  name: text(100).optional(),
  email: text(200).optional(),
  provider: text(30).optional(),
};

export const buyerOf = ({ phone, name, email, provider }: z.output<z.ZodObject<typeof buyerFields>>): Funder => ({
  phone,
  buyerName: name,
  buyerEmail: email,
  provider,
});
