import { SmsError, isUuid, parsePossibleMsisdn } from '@ujumbe/core';
import { z } from 'zod';

/** Forms that requests and answers of the vendor's APIs share. Source: contracts/mifumo.md §10. */

/** In whole seconds, as all of the vendor's examples are. */
export const timeView = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const optionalTimeView = (ms: number | null): string | null => (ms === null ? null : timeView(ms));

/** What is wrong with a field, with the vendor's word for it. */
export const saying = (code: string, sentence: string): { error: string; params: { code: string }; abort: true } => ({
  error: sentence,
  params: { code },
  abort: true,
});

/** Text that both databases can hold, without spaces around it. */
export const text = (longest: number): z.ZodString =>
  z
    .string()
    .trim()
    .max(longest)
    .regex(/^[^\0\p{Cs}]*$/u, { error: 'Null characters are not allowed.' });

/** A field that must be there and say something; anything else is told by one sentence, as the vendor does. */
export const required = (longest: number, code: string, sentence: string): z.ZodType<string> =>
  z
    .unknown()
    .refine((value) => typeof value === 'string' && value.trim() !== '', saying(code, sentence))
    .pipe(text(longest));

/** An absent, null or empty optional field is the same to the vendor. */
export const optional = <T extends z.ZodType>(field: T): z.ZodType<z.output<T> | undefined> =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), field.optional());

export const email = text(254).regex(/^[^\s@]+@[^\s@]+$/, { error: 'Enter a valid email address.' });

/** A sender ID as operators carry them. */
export const senderName = text(11).regex(/^(?=.*[A-Za-z])[A-Za-z0-9 _.&'+!/-]+$/, {
  error: 'Enter at most 11 letters and digits.',
});

/** The vendor's numbers are Tanzanian where they do not say otherwise. */
export const country = 'TZ';

const wrongNumber = (input: unknown): string =>
  input === undefined
    ? 'This field is required.'
    : `Invalid phone number format: ${typeof input === 'string' ? input.slice(0, 32) : typeof input}`;

/** A number in E.164, `255…` or `0…`. The vendor's own examples are numbers no network has, so those pass. */
export const phone = z
  .unknown()
  .refine((value) => typeof value === 'string' && msisdnOf(value) !== undefined, {
    error: ({ input }) => wrongNumber(input),
    params: { code: 'INVALID_PHONE_FORMAT' },
    abort: true,
  })
  .transform((value) => msisdnOf(value as string) ?? '');

function msisdnOf(written: string): string | undefined {
  try {
    return parsePossibleMsisdn(written, country);
  } catch (error) {
    if (error instanceof SmsError) return undefined;
    throw error;
  }
}

/** A query string makes a space of a plus that nobody escaped. */
const unspaced = (written: string): string => written.replace(/ (?=\d\d:?\d\d$)/, '+');

const dayForm = /^\d{4}-\d\d-\d\d$/;
const timeForm = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** ISO 8601; without a zone it is UTC. A day is its first moment, or as an end its last. */
export const time = (end?: 'end'): z.ZodType<number, string> =>
  z
    .string()
    .transform(unspaced)
    .refine((written) => timeForm.test(written) && !Number.isNaN(momentOf(written)), {
      error: 'Enter a valid date, such as 2024-01-01T10:00:00Z.',
    })
    .transform((written) =>
      end === 'end' && dayForm.test(written) ? momentOf(written) + 86_400_000 - 1 : momentOf(written),
    );

const momentOf = (written: string): number =>
  Date.parse(dayForm.test(written) || /(?:Z|[+-]\d\d:?\d\d)$/.test(written) ? written : `${written}Z`);

/** A whole number in a query string; one that is too large is taken for the largest, as Django does. */
export const whole = (least: number, most: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: 'A valid integer is required.' })
    .transform((digits) => Math.min(Number(digits), most))
    .pipe(z.int().min(least));

/** An id out of a path; what cannot be one is not found, like one that nobody has. @throws SmsError `not_found` */
export function idOf(params: Readonly<Record<string, string>>, name = 'id'): string {
  const id = (params[name] ?? '').toLowerCase();
  if (!isUuid(id)) throw new SmsError('not_found', 'not found');
  return id;
}
