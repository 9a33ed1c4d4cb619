import { SmsError } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { RequestInvalid } from '../../../validate.js';
import { chars } from '../../rest-framework.js';
import { json } from './answer.js';
import { differ, password, samePassword } from './fields.js';
import { codesAsked, codesSent, guesses } from './limits.js';
import { userOf } from './profile.js';
import { mailToken } from './send-code.js';
import type { WebSettings } from './settings.js';

const next = { new_password: password, new_password_confirm: z.string() };

/** Ends every session of the user. Source: contracts/mifumo.md §9.1. */
const change = endpoint({
  method: 'POST',
  path: '/auth/password/change',
  summary: 'Choose another password; every session ends',
  body: z.object({ old_password: z.string().max(256), ...next }).refine(samePassword, differ),
  async handle({ access, body, address }, sms) {
    const user = await userOf(sms, access);
    const passwords = { former: body.old_password, next: body.new_password, address };
    await sms.users.changePassword(user.id, passwords).catch((error: unknown) => {
      if (!(error instanceof SmsError) || error.code !== 'unauthenticated') throw error;
      throw new RequestInvalid([{ path: ['old_password'], message: 'Old password is incorrect.' }]);
    });
    return json({ message: 'Password changed successfully' });
  },
});

/** Its two addresses differ in a word of the answer alone. Tells nobody whether an address is anybody's. */
const forgot = (settings: WebSettings): Endpoint[] =>
  (
    [
      ['/auth/forgot-password', 'Password reset email has been sent'],
      ['/auth/password/reset', 'Password reset email has been sent to your email address'],
    ] as const
  ).map(([path, message]) =>
    endpoint({
      method: 'POST',
      path,
      summary: 'Mail a token to choose another password with',
      credential: null,
      limits: [codesAsked, codesSent],
      body: z.object({ email: chars(254) }),
      async handle(request, sms) {
        if (!settings.sendMail) {
          const instead = 'E-mail is not sent here; use /api/auth/sms/forgot-password/.';
          return json({ error: 'Not implemented', message: instead }, 501);
        }
        await request.take(codesSent, { key: request.body.email.toLowerCase() });
        const user = await sms.users.find(request.body.email);
        if (user?.state === 'active') await mailToken(settings, sms, user, 'password');
        return json({ message });
      },
    }),
  );

const confirm = endpoint({
  method: 'POST',
  path: '/auth/password/reset/confirm',
  summary: 'Choose another password with the token that was mailed',
  credential: null,
  limits: [guesses],
  body: z.object({ token: chars(64), ...next }).refine(samePassword, differ),
  async handle({ body }, sms) {
    const { userId } = await sms.codes.redeem({ code: body.token, purpose: 'password' }).catch((error: unknown) => {
      if (!(error instanceof SmsError) || error.code !== 'unauthenticated') throw error;
      throw new RequestInvalid([{ path: ['token'], message: 'Invalid or expired token.' }]);
    });
    await sms.users.setPassword(userId, body.new_password);
    return json({ message: 'Password reset successfully' });
  },
});

export const passwordEndpoints = (settings: WebSettings): Endpoint[] => [change, ...forgot(settings), confirm];
