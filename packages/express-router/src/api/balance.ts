import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { creditsView } from './fields.js';

const get = endpoint({
  method: 'GET',
  path: '/balance',
  summary: 'Get the credits that can be spent, those held for messages on their way, and those charged',
  scope: 'messages',
  async handle({ access: { accountId } }, sms) {
    const [{ available, held, captured }, { currency }] = await Promise.all([
      sms.accounts.balance(accountId),
      sms.accounts.get(accountId),
    ]);
    return success({
      available: creditsView(available),
      held: creditsView(held),
      captured: creditsView(captured),
      unit: 'credits',
      currency,
    });
  },
});

export const balanceEndpoints: readonly Endpoint[] = [get];
