import { SmsError } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { RequestInvalid } from '../../../validate.js';
import { chars } from '../../rest-framework.js';
import { json } from './answer.js';
import { sessionLife, tokensBeside, userView } from './user-view.js';

/** Source: contracts/mifumo.md §9.1. */
const login = endpoint({
  method: 'POST',
  path: '/auth/login',
  summary: 'Log in with an e-mail address and a password',
  credential: null,
  body: z.object({
    email: chars(254),
    password: z.string().min(1, { error: 'This field may not be blank.' }).max(256),
  }),
  async handle({ body, address }, sms) {
    const shown = { login: body.email, password: body.password, address };
    const { user, tokens } = await sms.users.logIn(shown, sessionLife).catch(asVendorSays);
    return json({ message: 'Login successful', user: userView(user), ...tokensBeside(tokens) });
  },
});

const unverified =
  'Your account has not been activated. Use the verification code that was sent to you, or visit /api/auth/resend-activation/ to have another one sent.';

function asVendorSays(error: unknown): never {
  if (!(error instanceof SmsError) || (error.code !== 'unauthenticated' && error.code !== 'conflict')) throw error;
  const isUnverified = error.details?.state === 'unverified';
  throw new RequestInvalid([{ path: [], message: isUnverified ? unverified : 'Invalid credentials.' }]);
}

const refresh = endpoint({
  method: 'POST',
  path: '/auth/token/refresh',
  summary: 'Exchange a refresh token, which is good once, for new tokens',
  credential: null,
  body: z.object({ refresh: chars(4_096) }),
  async handle({ body }, sms) {
    const tokens = await sms.users.refresh(body.refresh, sessionLife);
    return json({ access: tokens.access, refresh: tokens.refresh });
  },
});

const logout = endpoint({
  method: 'POST',
  path: '/auth/logout',
  summary: 'End the session, with all of its tokens',
  async handle({ access }, sms) {
    if (access.credential.kind === 'session') await sms.users.logOut(access.credential.id);
    return json({ message: 'Logout successful' });
  },
});

export const sessionEndpoints: readonly Endpoint[] = [login, refresh, logout];
