import { createHmac, randomBytes } from 'node:crypto';
import { SmsError } from '../errors.js';
import type { RateLimit, RateLimits } from '../limits/rate-limit.js';
import type { Database } from '../runtime.js';
import { isPassword, nobodysHash } from './password.js';
import { loginOf, type User } from './user.js';
import { findUserByLogin } from './user.store.js';

const quarterMs = 15 * 60_000;
/** Wrong passwords for one name from one place, for one name from anywhere, and from one place for any name. */
const limits = {
  here: { name: 'log-in here', limit: 10, windowMs: quarterMs },
  name: { name: 'log-in name', limit: 50, windowMs: quarterMs },
  place: { name: 'log-in place', limit: 100, windowMs: quarterMs },
} satisfies Record<string, RateLimit>;

const maxRemembered = 10_000;

/** Tells whose a name and password are, as often as is allowed. */
export class CheckLogin {
  /** Passwords that were right, under a key of this process: Basic sends one with every request, and scrypt is slow. */
  readonly #right = new Map<string, number>();
  readonly #key = randomBytes(32);

  constructor(private readonly deps: { database: Database; limits: RateLimits }) {}

  /** @throws SmsError `unauthenticated`, `rate_limited` */
  async check(shown: { login: string; password: string; address: string }): Promise<User> {
    const login = loginOf(shown.login);
    const stored = await this.deps.database.read((tx) => findUserByLogin(tx, login));
    const remembered = createHmac('sha256', this.#key)
      .update(JSON.stringify([login, shown.password]))
      .digest('base64');
    if (stored && this.#right.get(remembered) === stored.user.version) return stored.user;
    const taken = await this.#take(JSON.stringify(login), shown.address);
    const hash = stored?.passwordHash ?? nobodysHash('chosen');
    const isRight = await isPassword(shown.password, hash);
    if (!stored || !isRight) throw new SmsError('unauthenticated', 'wrong user name or password');
    await Promise.all(taken.map(({ limit, key }) => this.deps.limits.giveBack(limit, key)));
    if (this.#right.size >= maxRemembered) this.#right.clear();
    this.#right.set(remembered, stored.user.version);
    return stored.user;
  }

  /** Before the password is looked at, so that a thousand guesses at once are a thousand. */
  async #take(login: string, address: string): Promise<{ limit: RateLimit; key: string }[]> {
    const wanted = [
      { limit: limits.here, key: `${login} ${address}` },
      { limit: limits.name, key: login },
      { limit: limits.place, key: address },
    ];
    const states = await Promise.all(wanted.map(({ limit, key }) => this.deps.limits.take(limit, key)));
    const refused = states.filter(({ isWithin }) => !isWithin);
    if (refused.length === 0) return wanted;
    throw new SmsError('rate_limited', 'too many attempts to log in; try again later', {
      retryAfterMs: Math.max(...refused.map(({ resetsInMs }) => resetsInMs)),
    });
  }
}
