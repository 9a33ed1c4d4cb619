import assert from 'node:assert/strict';
import { afterWaiting, mostWaitMs, type Funding } from './funding.js';

describe('a campaign that waits for credit', () => {
  const waiting: Funding = { available: 99, needed: 100, payment: 'open', waitedMs: mostWaitMs - 1 };
  const cases: [string, Partial<Funding>, ReturnType<typeof afterWaiting>][] = [
    ['waits while its payment is open', {}, 'wait'],
    ['starts as soon as there is enough', { available: 100 }, 'start'],
    ['starts when there is enough, whatever became of its payment', { available: 100, payment: 'failed' }, 'start'],
    ['starts when there is enough, however late', { available: 100, waitedMs: 2 * mostWaitMs }, 'start'],
    ['ends when its payment was spent elsewhere', { payment: 'completed' }, { reason: 'insufficient_balance' }],
    ['ends when its payment failed', { payment: 'failed' }, { reason: 'payment_failed' }],
    ['ends when its payer said no', { payment: 'cancelled' }, { reason: 'payment_cancelled' }],
    ['ends when its payer said nothing', { payment: 'expired' }, { reason: 'payment_expired' }],
    ['ends when its wallet is silent for a day', { waitedMs: mostWaitMs }, { reason: 'payment_expired' }],
  ];
  for (const [what, change, expected] of cases) {
    it(what, () => assert.deepEqual(afterWaiting({ ...waiting, ...change }), expected));
  }
});
