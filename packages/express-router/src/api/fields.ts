import { SmsError, isUuid } from '@ujumbe/core';
import { z } from 'zod';

/** Forms that the resources' requests and answers share. */

/** Text that both databases can hold: no NUL, no half of a surrogate pair. */
export const text = (longest: number): z.ZodString =>
  z
    .string()
    .max(longest)
    .regex(/^[^\0\p{Cs}]*$/u, { error: 'must be well-formed text without NUL characters' });

/** A time with its zone, read to milliseconds since the epoch. */
export const time = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time with its zone, such as 2026-05-11T09:00:00Z' })
  .transform((written) => Date.parse(written));

/** A whole number in a query string. */
export const wholeNumber = (least: number, most: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: 'must be a whole number' })
    .transform(Number)
    .pipe(z.int().min(least).max(most));

const defaultPageSize = 20;

/** Paging as the contract has it (contracts/mobilesasa.md §1), for the query schemas of lists. */
export const pageFields = {
  page: wholeNumber(1, 1_000_000).default(1),
  page_size: wholeNumber(1, 100).default(defaultPageSize),
};

export interface Page {
  page: number;
  page_size: number;
}

export const pageRange = ({ page, page_size: limit }: Page): { limit: number; offset: number } => ({
  limit,
  offset: (page - 1) * limit,
});

export const pageView = ({ page, page_size }: Page, items: readonly object[], total: number): object => ({
  items,
  page,
  page_size,
  total,
  total_pages: Math.ceil(total / page_size),
});

/** In whole seconds, as the contract writes times: clients parse them with a fixed pattern. */
export const timeView = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const optionalTimeView = (ms: number | null): string | null => (ms === null ? null : timeView(ms));

/** Thousandths of a credit as credits with up to three decimals. */
export const creditsView = (thousandths: number): number => thousandths / 1_000;

const mostCredits = 1_000_000_000;

/** Credits with up to three decimals, read to thousandths; rounded, because 0.1 × 1000 is only by luck whole. */
const creditsFrom = (least: number): z.ZodType<number, number> =>
  z
    .number()
    .min(least)
    .max(mostCredits)
    .refine((credits) => Math.abs(credits * 1_000 - Math.round(credits * 1_000)) < 1e-6 * Math.max(1, credits), {
      error: 'must have at most three decimals',
    })
    .transform((credits) => Math.round(credits * 1_000));

export const creditsField = creditsFrom(0.001);
/** As {@link creditsField}, and nought. */
export const creditsOrNoneField = creditsFrom(0);

/** An id out of a path. What cannot be one is not found, like one that nobody has. @throws SmsError `not_found` */
export function idOf(params: Readonly<Record<string, string>>, name: string, thing: string): string {
  const id = (params[name] ?? '').toLowerCase();
  if (!isUuid(id)) throw new SmsError('not_found', `${thing} not found`);
  return id;
}
