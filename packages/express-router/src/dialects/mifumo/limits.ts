import type { CountedLimit, RateLimitPolicy } from '../../limits.js';

/** Published in both guides; source: contracts/mifumo.md §1. */
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const requests: RateLimitPolicy = { name: 'requests', limit: 1_000, windowMs: hourMs, per: 'credential' };

/** Without a credential that is good. */
export const anonymous: RateLimitPolicy = { name: 'anonymous', limit: 100, windowMs: hourMs, per: 'address' };

/** A send is one message, however many recipients its one id covers. */
export const messages: RateLimitPolicy = { name: 'messages', limit: 100, windowMs: minuteMs, per: 'credential' };

export const contactOperations: RateLimitPolicy = {
  name: 'contacts',
  limit: 500,
  windowMs: hourMs,
  per: 'credential',
};

/** The limit that refused the request, else the one that counts all of them. */
export function limitHeaders(counted: readonly CountedLimit[]): Record<string, string> {
  const told = counted.find(({ isWithin }) => !isWithin) ?? counted[0];
  if (!told) return {};
  return {
    'x-ratelimit-limit': String(told.limit),
    'x-ratelimit-remaining': String(told.remaining),
    'x-ratelimit-reset': String(Math.ceil((Date.now() + told.resetsInMs) / 1_000)),
  };
}
