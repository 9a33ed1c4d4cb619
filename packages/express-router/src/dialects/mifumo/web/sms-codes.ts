import { SmsError, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiResponse, type Endpoint } from '../../../endpoint.js';
import { chars } from '../../rest-framework.js';
import { optional } from '../fields.js';
import { activate } from './activate.js';
import { json } from './answer.js';
import { differ, password, phoneNumber, samePassword } from './fields.js';
import { allGuesses, codesAsked, codesSent, guesses } from './limits.js';
import { textCode } from './send-code.js';
import type { WebSettings } from './settings.js';
import { newUserView } from './user-view.js';

const code = chars(12);

const failure = (error: string, message: string, more: object = {}): ApiResponse =>
  json({ success: false, error, message, ...more }, 400);

const notSent = failure('Verification code not sent', 'No message can be sent to this number.');

/** Source: contracts/mifumo.md §9.1. */
const send = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/auth/sms/send-code',
    summary: "Send a code that proves a user's number, as an SMS",
    credential: null,
    limits: [codesAsked, codesSent],
    body: z.object({ phone_number: phoneNumber, message_type: optional(z.literal('verification')) }),
    async handle(request, sms) {
      const { phone_number: phone } = request.body;
      await request.take(codesSent, { key: phone });
      const user = await sms.users.find(phone);
      const id = user && user.state !== 'disabled' ? await textCode(settings, sms, user, 'activation') : null;
      if (id === null) return notSent;
      return json({
        success: true,
        message: 'Verification code sent successfully',
        phone_number: phone,
        message_id: id,
      });
    },
  });

/** What a wrong code is answered with. */
async function redeemed(
  sms: Sms,
  shown: Parameters<Sms['codes']['redeem']>[0],
  use: (proven: { userId: string; address: string }) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const proven = await sms.codes.redeem(shown).catch((error: unknown) => {
    if (error instanceof SmsError && error.code === 'unauthenticated') return error;
    throw error;
  });
  if (!(proven instanceof SmsError)) return use(proven);
  return failure('Invalid verification code', 'The verification code provided is incorrect or expired', {
    attempts_remaining: proven.details?.triesLeft ?? 0,
  });
}

const verify = endpoint({
  method: 'POST',
  path: '/auth/sms/verify-code',
  summary: "Prove a user's number with the code sent to it",
  credential: null,
  limits: [codesAsked],
  body: z.object({ phone_number: phoneNumber, verification_code: code }),
  handle: ({ body }, sms) =>
    redeemed(
      sms,
      { code: body.verification_code, purpose: 'activation', address: body.phone_number },
      async (proven) => {
        await activate(sms, proven);
        return json({
          success: true,
          message: 'Phone number verified successfully',
          phone_number: body.phone_number,
          phone_verified: true,
        });
      },
    ),
});

/** The code alone says whose account it is, so guesses are few, from one place and from all. */
const confirm = endpoint({
  method: 'POST',
  path: '/auth/sms/confirm-account',
  summary: 'Activate an account by the code sent to its number',
  credential: null,
  limits: [guesses, allGuesses],
  body: z.object({ verification_code: code, phone_number: optional(phoneNumber) }),
  async handle(request, sms) {
    const { verification_code: shown, phone_number: address } = request.body;
    await request.take(allGuesses, { key: 'all' });
    return redeemed(sms, { code: shown, purpose: 'activation', address }, async (proven) =>
      json({
        success: true,
        message: 'Account confirmed successfully',
        user: newUserView(await activate(sms, proven)),
      }),
    );
  },
});

/** Tells nobody whether a number is anybody's. */
const forgot = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/auth/sms/forgot-password',
    summary: 'Send a code to choose another password with, as an SMS',
    credential: null,
    limits: [codesAsked, codesSent],
    body: z.object({ phone_number: phoneNumber }),
    async handle(request, sms) {
      const { phone_number: phone } = request.body;
      if (!settings.codes) return notSent;
      await request.take(codesSent, { key: phone });
      const user = await sms.users.find(phone);
      if (user?.state === 'active') await textCode(settings, sms, user, 'password');
      return json({ success: true, message: 'Verification code sent to your phone', phone_number: phone });
    },
  });

const reset = endpoint({
  method: 'POST',
  path: '/auth/sms/reset-password',
  summary: 'Choose another password with the code sent to the number',
  credential: null,
  limits: [codesAsked],
  body: z
    .object({
      phone_number: phoneNumber,
      verification_code: code,
      new_password: password,
      new_password_confirm: z.string(),
    })
    .refine(samePassword, differ),
  handle: ({ body }, sms) =>
    redeemed(
      sms,
      { code: body.verification_code, purpose: 'password', address: body.phone_number },
      async ({ userId }) => {
        await sms.users.setPassword(userId, body.new_password);
        return json({ success: true, message: 'Password reset successfully' });
      },
    ),
});

export const smsCodeEndpoints = (settings: WebSettings): Endpoint[] => [
  send(settings),
  verify,
  confirm,
  forgot(settings),
  reset,
];
