import { z } from 'zod';
import { chars } from '../../rest-framework.js';

/** Fields of the web site's requests, said wrong in the framework's words. */

export const phoneNumber = chars(16).pipe(
  z.string().regex(/^\+[1-9]\d{1,14}$/, { error: 'Phone number must be in E.164 format, such as +255614853618.' }),
);

export const email = chars(254).pipe(
  z.string().regex(/^[^\s@]{1,64}@[^\s@]+\.[^\s@.]+$/, { error: 'Enter a valid email address.' }),
);

/** Short and long enough; what it is made of is its owner's business. */
export const password = z
  .string()
  .min(8, { error: 'Ensure this field has at least 8 characters.' })
  .max(256)
  .refine((text) => !text.includes('\0'), { error: 'Null characters are not allowed.' });

/** A name of the IANA time zone database. */
export const timezone = chars(64).pipe(
  z.string().refine((name) => isTimeZone(name), { error: 'Enter a valid time zone, such as Africa/Dar_es_Salaam.' }),
);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Both new passwords must be the same. */
export const samePassword = (body: { new_password: string; new_password_confirm: string }): boolean =>
  body.new_password === body.new_password_confirm;

export const differ = { path: ['new_password_confirm'], error: "Passwords don't match." };
