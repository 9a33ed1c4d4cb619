import { endpoint, type Endpoint } from '../../endpoint.js';
import { answer } from './answer.js';
import { timeView } from './fields.js';
import { wholeCredits, worth } from './money.js';
import type { Settings } from './settings.js';

/** Money in the first guide, credits in the second. Source: contracts/mifumo.md §3.4 and §0, row 3. */
export const balance = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/sms/balance',
    summary: 'Get the balance, in credits and in money',
    scope: 'messages',
    permission: 'read',
    async handle(request, sms) {
      const { accountId } = request.access;
      const [{ available }, { currency }] = await Promise.all([
        sms.accounts.balance(accountId),
        sms.accounts.get(accountId),
      ]);
      const money = worth(settings, currency, available);
      const credits = wholeCredits(available);
      // It is read as it is at this moment.
      const readAt = timeView(Date.now());
      return answer(settings, request, {
        message: 'Balance retrieved successfully',
        data: { balance: money.amount, currency: money.currency, last_updated: readAt },
        more: { sms_balance: credits, balance_last_updated: readAt, account_id: accountId },
        flat: { balance: credits, currency: 'credits' },
      });
    },
  });
