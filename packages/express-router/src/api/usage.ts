import { usageDimensions, type UsageCounts, type UsageDimension } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { creditsView, time, timeView } from './fields.js';

const countsView = ({ segments, charged, held, ...counts }: UsageCounts): object => ({
  ...counts,
  parts: segments,
  charged: creditsView(charged),
  held: creditsView(held),
});

const keyNames: Record<UsageDimension, string> = {
  day: 'day',
  sender: 'sender_id',
  network: 'network',
  campaign: 'campaign_uuid',
};

/** `+03:00` in milliseconds. */
const utcOffset = z
  .string()
  // A query string makes a space of a plus that nobody escaped.
  .regex(/^[ +-](0\d|1[0-4]):[0-5]\d$/, { error: 'must be an offset from UTC, such as +03:00' })
  .transform((written) => {
    const [hours = 0, minutes = 0] = written.slice(1).split(':').map(Number);
    return (written.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  });

const get = endpoint({
  method: 'GET',
  path: '/usage',
  summary: 'What was sent in a time, and what it cost: by day, sender ID, network or campaign',
  scope: 'reports',
  query: z.strictObject({
    by: z.enum(usageDimensions).default('day'),
    from: time.optional(),
    to: time.optional(),
    utc_offset: utcOffset.optional(),
  }),
  async handle({ query, access }, sms) {
    const { by, from, to, utc_offset: utcOffsetMs } = query;
    const usage = await sms.usage.read(access.accountId, { by, from, to, utcOffsetMs });
    return success({
      from: timeView(usage.from),
      to: timeView(usage.to),
      by,
      items: usage.rows.map(({ key, ...counts }) => ({ [keyNames[by]]: key, ...countsView(counts) })),
      total: countsView(usage.total),
    });
  },
});

export const usageEndpoints: readonly Endpoint[] = [get];
