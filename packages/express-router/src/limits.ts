import { isIPv6 } from 'node:net';
import { SmsError, type Access, type LimitState, type RateLimits } from '@ujumbe/core';

/** A limit a vendor publishes, as data. */
export interface RateLimitPolicy {
  /** Names the counter within its dialect, and the setting that changes it: `<dialect>.<name>`. */
  name: string;
  /** How many in a window; null for no limit. May depend on the account's plan. */
  limit: number | null | ((access: Access | undefined) => number | null);
  windowMs: number;
  /**
   * Whose requests are counted together: those of one credential, of one account, of one address that shows no
   * credential that is good, or (by `take` alone) of whatever the handler names.
   */
  per: 'credential' | 'account' | 'address' | 'key';
}

/** A limit as it stands after a request. */
export interface CountedLimit extends LimitState {
  policy: RateLimitPolicy;
  windowMs: number;
}

/** A host's own figures, by `<dialect>.<name>`; null lifts a limit. */
export type LimitSettings = Readonly<Record<string, { limit: number; windowMs: number } | null>>;

/** Counts one dialect's limits. */
export class DialectLimits {
  constructor(
    private readonly dialectName: string,
    private readonly counter: RateLimits,
    private readonly settings: LimitSettings,
  ) {}

  /**
   * Takes from a limit and notes how it stands.
   *
   * @returns undefined when there is no limit
   * @throws SmsError `rate_limited`
   */
  async take(
    policy: RateLimitPolicy,
    by: { access: Access | undefined; address: string; key?: string | undefined; weight?: number | undefined },
    counted: CountedLimit[],
  ): Promise<CountedLimit | undefined> {
    const name = `${this.dialectName}.${policy.name}`;
    const setting = this.settings[name];
    if (setting === null) return undefined;
    const limit = setting?.limit ?? (typeof policy.limit === 'function' ? policy.limit(by.access) : policy.limit);
    if (limit === null) return undefined;
    const windowMs = setting?.windowMs ?? policy.windowMs;
    const state = await this.counter.take({ name, limit, windowMs }, keyOf(policy, by), by.weight);
    const one = { ...state, policy, windowMs };
    counted.push(one);
    if (!state.isWithin) {
      throw new SmsError('rate_limited', 'too many requests; try again later', { retryAfterMs: state.resetsInMs });
    }
    return one;
  }
}

function keyOf(
  { per }: RateLimitPolicy,
  { access, address, key = '' }: { access: Access | undefined; address: string; key?: string | undefined },
): string {
  switch (per) {
    case 'credential':
      return access?.credential.id ?? networkOf(address);
    case 'account':
      return access?.accountId ?? networkOf(address);
    case 'address':
      return networkOf(address);
    case 'key':
      return key;
  }
}

/** One customer has a whole /64 of IPv6 to ask from. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const ends = tail === undefined ? [] : tail.split(':').filter((group) => group !== '');
  const whole = [...groups, ...Array<string>(Math.max(0, 8 - groups.length - ends.length)).fill('0'), ...ends];
  return `${whole.slice(0, 4).join(':')}::/64`;
}
