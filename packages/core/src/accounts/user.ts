import { SmsError } from '../errors.js';

/** A person who logs in to an account. */
export interface User {
  id: string;
  accountId: string;
  /** In lower case. */
  email: string | null;
  /** E.164. */
  phone: string | null;
  /** In lower case. */
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  role: string;
  /** `unverified` until the address is proven: such a user cannot log in. */
  state: 'unverified' | 'active' | 'disabled';
  /** What a vendor's clients keep about a user, such as a time zone; a JSON object of at most 8 KiB. */
  profile: Readonly<Record<string, unknown>>;
  /** Counts its passwords: sessions of an earlier one are over. */
  version: number;
  lastLoginAt: number | null;
  createdAt: number;
  updatedAt: number;
}

export interface NewUser {
  /** At least one of the three names is needed to log in with. */
  email?: string | undefined;
  phone?: string | undefined;
  username?: string | undefined;
  password: string;
  firstName?: string | undefined;
  lastName?: string | undefined;
  /** `owner` unless said otherwise. */
  role?: string | undefined;
  /** `active` unless said otherwise. */
  state?: User['state'] | undefined;
  profile?: Readonly<Record<string, unknown>> | undefined;
}

export type UserChanges = Partial<
  Pick<User, 'email' | 'phone' | 'firstName' | 'lastName' | 'state'> & { profile: User['profile'] }
>;

/** What a user is given at log-in, and again at each refresh. */
export interface SessionTokens {
  sessionId: string;
  access: string;
  refresh: string;
  /** When the access token ends, in milliseconds since the epoch. */
  expiresAt: number;
}

/** How long a session's tokens are good, in milliseconds. A session ends when it was not refreshed for `refreshMs`. */
export interface SessionLife {
  accessMs: number;
  refreshMs: number;
}

/** People who log in, with what they log in with. */
export interface Users {
  /** @throws SmsError `invalid_request`, `conflict` when a name is taken */
  create(accountId: string, user: NewUser): Promise<User>;
  /** @throws SmsError `not_found` */
  get(userId: string): Promise<User>;
  /** The user with an e-mail address, phone number or user name. */
  find(login: string): Promise<User | undefined>;
  list(accountId: string): Promise<User[]>;
  update(userId: string, changes: UserChanges): Promise<User>;
  /** Ends every session of the user. @throws SmsError `unauthenticated` when the former password is wrong */
  changePassword(userId: string, passwords: { former: string; next: string; address: string }): Promise<void>;
  /** As `changePassword`, for who has proven otherwise who they are. */
  setPassword(userId: string, password: string): Promise<void>;
  /**
   * Whose name and password these are. Attempts are limited, by name and by address.
   *
   * @param shown.address where the attempt came from
   * @throws SmsError `unauthenticated`, `conflict` for a user who is not active, `rate_limited`
   */
  logIn(
    shown: { login: string; password: string; address: string },
    life: SessionLife,
  ): Promise<{
    user: User;
    tokens: SessionTokens;
  }>;
  /** Opens a session for a user who has proven otherwise who they are. */
  openSession(userId: string, life: SessionLife): Promise<SessionTokens>;
  /**
   * New tokens for a refresh token, which is good once. One that comes again ends its session: one of the two who
   * showed it is a thief.
   *
   * @throws SmsError `unauthenticated`, `token_expired`, `token_revoked`, `account_suspended`
   */
  refresh(refreshToken: string, life: SessionLife): Promise<SessionTokens>;
  /** Ends a session at once, in every process. */
  logOut(sessionId: string): Promise<void>;
}

const shortestPassword = 8;
const longestPassword = 256;
const emailForm = /^[^\s@\0]{1,64}@[^\s@\0]{1,190}\.[^\s@.\0]{1,63}$/;
const usernameForm = /^(?!\d+$)[a-z0-9][a-z0-9._-]{1,63}$/;

export function checkPassword(password: string): string {
  const { length } = password;
  if (length < shortestPassword || length > longestPassword || password.includes('\0')) {
    throw new SmsError('invalid_request', `password must have ${shortestPassword} to ${longestPassword} characters`);
  }
  return password;
}

export function checkEmail(email: string): string {
  const lower = email.trim().toLowerCase();
  if (!emailForm.test(lower)) throw new SmsError('invalid_request', 'email must be an e-mail address');
  return lower;
}

/** It has no @ and is not all digits, so that it is never taken for an address or a number. */
export function checkUsername(username: string): string {
  const lower = username.trim().toLowerCase();
  if (!usernameForm.test(lower)) {
    throw new SmsError(
      'invalid_request',
      'username must be 2 to 64 letters, digits, dots and dashes, and not digits alone',
    );
  }
  return lower;
}

/** What to look for when somebody logs in: one of three columns, and the value in the form it is stored in. */
export function loginOf(written: string): { email: string } | { username: string } | { phone: string } {
  const login = written.trim().toLowerCase().slice(0, 255).replaceAll('\0', '');
  if (login.includes('@')) return { email: login };
  const digits = login.replace(/[\s()-]/g, '');
  if (/^\+?\d+$/.test(digits)) return { phone: digits.startsWith('+') ? digits : `+${digits.replace(/^00/, '')}` };
  return { username: login };
}
