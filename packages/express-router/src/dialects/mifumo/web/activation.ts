import { SmsError, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiResponse, type Endpoint } from '../../../endpoint.js';
import { RequestInvalid } from '../../../validate.js';
import { chars } from '../../rest-framework.js';
import { activate } from './activate.js';
import { json } from './answer.js';
import { codesAsked, codesSent, guesses } from './limits.js';
import { mailToken, textCode } from './send-code.js';
import type { WebSettings } from './settings.js';
import { newUserView, sessionLife, tokensBeside } from './user-view.js';

/** The token of an e-mail proves the address and opens a session. Source: contracts/mifumo.md §9.1. */
async function activated(sms: Sms, token: string): Promise<ApiResponse> {
  const proven = await sms.codes.redeem({ code: token, purpose: 'activation' }).catch(asFieldError);
  const user = await activate(sms, proven);
  if (user.state !== 'active') throw new RequestInvalid([{ path: [], message: 'Invalid credentials.' }]);
  const tokens = await sms.users.openSession(user.id, sessionLife);
  return json({ message: 'Account activated successfully', user: newUserView(user), ...tokensBeside(tokens) });
}

function asFieldError(error: unknown): never {
  if (!(error instanceof SmsError) || error.code !== 'unauthenticated') throw error;
  throw new RequestInvalid([{ path: ['token'], message: 'Invalid or expired token.' }]);
}

const byLink = endpoint({
  method: 'GET',
  path: '/auth/activate-account/{token}',
  summary: 'Activate an account by the link that was mailed',
  credential: null,
  limits: [guesses],
  handle: ({ params }, sms) => activated(sms, params.token ?? ''),
});

const byToken = endpoint({
  method: 'POST',
  path: '/auth/verify-email',
  summary: 'Activate an account by the token that was mailed',
  credential: null,
  limits: [guesses],
  body: z.object({ token: chars(64) }),
  handle: ({ body }, sms) => activated(sms, body.token),
});

/** Tells nobody whether an address is anybody's. */
const resend = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/auth/resend-activation',
    summary: 'Send another verification code, by SMS and e-mail',
    credential: null,
    limits: [codesAsked, codesSent],
    body: z.object({ email: chars(254) }),
    async handle(request, sms) {
      await request.take(codesSent, { key: request.body.email.toLowerCase() });
      const user = await sms.users.find(request.body.email);
      // For an address that is nobody's, what would be done for one that is.
      let sent = { email_sent: settings.sendMail !== undefined, sms_sent: settings.codes !== undefined };
      if (user?.state === 'unverified') {
        const texted = await textCode(settings, sms, user, 'activation');
        sent = { email_sent: await mailToken(settings, sms, user, 'activation'), sms_sent: texted !== null };
      }
      return json({ message: 'Activation code has been sent to your email/phone', ...sent });
    },
  });

export const activationEndpoints = (settings: WebSettings): Endpoint[] => [byLink, byToken, resend(settings)];
