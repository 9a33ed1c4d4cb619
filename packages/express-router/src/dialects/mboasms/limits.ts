import { secondsOf } from '../../fault.js';
import type { CountedLimit, RateLimitPolicy } from '../../limits.js';

const minuteMs = 60_000;

/** Requests in a minute by plan, null for as many as they like. Source: contracts/mboasms.md §2. */
export const publishedPlans = { standard: 100, premium: 500, enterprise: null } as const;

/** A host's own plans, or its own figures for the published ones. */
export type MboasmsPlans = Readonly<Record<string, number | null>>;

export function requestLimits(own: MboasmsPlans): RateLimitPolicy[] {
  const plans = new Map<string, number | null>(Object.entries({ ...publishedPlans, ...own }));
  const standard = plans.get('standard') ?? null;
  const limitOf = (plan: string | null): number | null => {
    const limit = plan === null ? undefined : plans.get(plan.toLowerCase());
    return limit === undefined ? standard : limit;
  };
  return [
    { name: 'requests', limit: (access) => limitOf(access?.plan ?? null), windowMs: minuteMs, per: 'account' },
    // Who shows nothing that is good, and who logs in.
    { name: 'anonymous', limit: publishedPlans.standard, windowMs: minuteMs, per: 'address' },
  ];
}

/** What is left of the limit that is nearest; `Reset` in seconds from now, like `Retry-After`. */
export function limitHeaders(counted: readonly CountedLimit[]): Record<string, string> {
  const [nearest] = [...counted].sort((a, b) => a.remaining - b.remaining);
  if (!nearest) return {};
  return {
    'x-ratelimit-limit': String(nearest.limit),
    'x-ratelimit-remaining': String(nearest.remaining),
    'x-ratelimit-reset': String(secondsOf(nearest.resetsInMs)),
  };
}
