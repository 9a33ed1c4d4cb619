import { SmsError } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint } from '../../endpoint.js';
import type { RateLimitPolicy } from '../../limits.js';
import { RequestInvalid } from '../../validate.js';
import { chars } from '../rest-framework.js';

const monthMs = 30 * 86_400_000;

/** Guesses at one client's secret from one place. */
const attempts: RateLimitPolicy = { name: 'token-requests', limit: 60, windowMs: 60_000, per: 'key' };

/** What is wrong with the client itself, of which nobody learns more than that. */
const refused: readonly string[] = ['unauthenticated', 'token_revoked', 'account_suspended'];

/** Source: contracts/kimisms.md §2. */
export const generateToken = endpoint({
  method: 'POST',
  path: '/generate-token',
  summary: 'Exchange a client id and its secret for a token of thirty days',
  credential: null,
  limits: [attempts],
  bodyTypes: ['json', 'form'],
  body: z.object({ grant_type: z.literal('client_credentials'), client_id: chars(), client_secret: chars() }),
  async handle(request, sms) {
    const { client_id: clientId, client_secret: clientSecret } = request.body;
    await request.take(attempts, { key: `${request.address} ${clientId.slice(0, 64)}` });
    try {
      const token = await sms.clients.issueToken({ clientId, clientSecret }, monthMs);
      const answer = { token_type: 'Bearer', access_token: token, expires_in: monthMs / 1_000 };
      return { status: 200, headers: { 'cache-control': 'no-store' }, body: JSON.stringify(answer) };
    } catch (error) {
      if (!(error instanceof SmsError) || !refused.includes(error.code)) throw error;
      throw new RequestInvalid([{ path: ['credentials'], message: 'Invalid credentials' }]);
    }
  },
});
