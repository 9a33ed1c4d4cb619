import { dialect, type Dialect } from '../dialect.js';
import type { CountedLimit } from '../limits.js';
import { readTenant } from './acting-for.js';
import { readCredential } from './credentials.js';
import { endpoints } from './endpoints.js';
import { errors, refusals, renderError } from './errors.js';
import { say } from './words.js';

/** Seconds, as header fields have them. */
const seconds = (ms: number): number => Math.ceil(ms / 1_000);

/** Source: the IETF draft “RateLimit header fields for HTTP”. */
function limitHeaders(counted: readonly CountedLimit[]): Record<string, string> {
  if (counted.length === 0) return {};
  const said = (one: (limit: CountedLimit) => string): string =>
    counted.map((limit) => `"${limit.policy.name}";${one(limit)}`).join(', ');
  return {
    'ratelimit-policy': said(({ limit, windowMs }) => `q=${limit};w=${seconds(windowMs)}`),
    ratelimit: said(({ remaining, resetsInMs }) => `r=${remaining};t=${seconds(resetsInMs)}`),
  };
}

/** The canonical API, wire-compatible with Mobile Sasa's REST v1. */
export const canonical = (): Dialect =>
  dialect({
    name: 'canonical',
    prefix: '/api/v1',
    owns: ['/api/v1'],
    endpoints,
    credential: readCredential,
    readTenant,
    errors,
    refusals,
    renderError,
    say,
    // Not limited by itself; a host may set a limit.
    limits: [{ name: 'requests', limit: null, windowMs: 60_000, per: 'account' }],
    limitHeaders,
  });
