import { SmsError, type SessionLife, type SessionTokens } from '@ujumbe/core';
import { z } from 'zod';
import { text } from '../../api/fields.js';
import { endpoint, type ApiRequest, type Endpoint } from '../../endpoint.js';
import { readSession } from './credentials.js';
import { answer, said } from './said.js';
import { userView } from './user-view.js';

const dayMs = 86_400_000;

/** Programs log in when they start and go on with what they got, so that a day is the least that works for them. */
const life: SessionLife = { accessMs: dayMs, refreshMs: 30 * dayMs };

const tokensView = ({ access, refresh, expiresAt }: SessionTokens): object => ({
  token: access,
  refreshToken: refresh,
  expirationTime: new Date(expiresAt).toISOString(),
});

/** Source: contracts/mboasms.md §1. */
const logIn = endpoint({
  method: 'POST',
  path: '/auth/login',
  summary: 'Log in with an e-mail address, a phone number or a user name',
  credential: null,
  body: z.object({ email: text(255).min(1), password: z.string().min(1).max(256) }),
  async handle({ body: { email: login, password }, address }, sms) {
    const { user, tokens } = await sms.users.logIn({ login, password, address }, life).catch((error: unknown) => {
      throw isNotActive(error)
        ? new SmsError('account_suspended', 'this user may not log in; ask your company')
        : error;
    });
    return answer({ ...said('Login successful'), ...tokensView(tokens), ...(await userView(sms, user)) });
  },
});

const isNotActive = (error: unknown): boolean => error instanceof SmsError && error.code === 'conflict';

const refresh = endpoint({
  method: 'POST',
  path: '/auth/refresh',
  summary: 'Get new tokens for a refresh token, which is good once',
  credential: null,
  body: z.object({ refreshToken: z.string().min(1).max(4_096) }),
  async handle({ body }, sms) {
    const { access: token, refresh: refreshToken } = await sms.users.refresh(body.refreshToken, life);
    return answer({ token, refreshToken });
  },
});

const profile = endpoint({
  method: 'GET',
  path: '/auth/profile',
  summary: 'Get the user who is logged in, with the company',
  credential: readSession,
  async handle(request, sms) {
    const user = await sms.users.get(sessionOf(request).userId);
    return answer({ ...said('Profile found'), ...(await userView(sms, user)) });
  },
});

const logOut = endpoint({
  method: 'POST',
  path: '/auth/logout',
  summary: 'End the session at once',
  credential: readSession,
  async handle(request, sms) {
    await sms.users.logOut(sessionOf(request).id);
    return answer(said('Logout successful'));
  },
});

function sessionOf({ access: { credential } }: ApiRequest): { id: string; userId: string } {
  if (credential.kind !== 'session') throw new Error('An endpoint of people was reached without a session.');
  return credential;
}

export const authEndpoints: readonly Endpoint[] = [logIn, refresh, profile, logOut];
