import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterQuery, afterStart } from './decide-payment.js';
import type { FoundOrder, QueryOutcome } from './mobile-money.js';
import { isOpen, nextLookAt, paymentStates, usualSchedule, type Payment, type PaymentState } from './payment.js';

const minuteMs = 60_000;
const createdAt = 1_000_000;
const expiresAt = createdAt + usualSchedule.expireAfterMs;

const payment = (state: PaymentState): Payment => ({
  id: 'p',
  accountId: 'a',
  orderNumber: 'n',
  wallet: 'w',
  walletOrderId: 'order',
  provider: null,
  payer: '+255744963858',
  buyerName: 'x',
  buyerEmail: 'x@example.com',
  amount: 1_800,
  currency: 'TZS',
  credits: 1_000,
  packageId: null,
  packageName: null,
  tier: 'Lite',
  unitPrice: 1_800,
  state,
  failureCode: null,
  failureDetail: null,
  reference: null,
  transactionId: null,
  channel: null,
  pollAt: null,
  createdAt,
  expiresAt,
  endedAt: isOpen({ state }) ? null : createdAt,
  history: [],
});

const found = (status: FoundOrder['status'], changes: Partial<FoundOrder> = {}): FoundOrder => ({
  kind: 'found',
  orderId: 'order',
  status,
  amount: 1_800,
  currency: 'TZS',
  reference: 'r',
  transactionId: null,
  channel: null,
  ...changes,
});

const at = (nowMs: number) => ({ nowMs, schedule: usualSchedule });
const early = at(createdAt + minuteMs);
const over = at(expiresAt);

describe('afterQuery', () => {
  it('completes from every state, and only for the order, amount and currency that were asked for', () => {
    for (const state of paymentStates.filter((one) => one !== 'completed')) {
      assert.equal(afterQuery(payment(state), found('completed'), over).to, 'completed', state);
    }
    fc.assert(
      fc.property(
        fc.constantFrom(...paymentStates),
        fc.record({
          orderId: fc.constantFrom('order', 'other'),
          amount: fc.constantFrom(null, 0, 1_799, 1_800, 3_600),
          currency: fc.constantFrom('TZS', 'KES'),
        }),
        fc.integer({ min: createdAt, max: expiresAt + 100 * minuteMs }),
        (state, changes, nowMs) => {
          const { to } = afterQuery(payment(state), found('completed', changes), at(nowMs));
          const isRight = changes.orderId === 'order' && changes.amount === 1_800 && changes.currency === 'TZS';
          assert.equal(to === 'completed', isRight || state === 'completed');
        },
      ),
    );
  });

  it('never takes an end back for another that is not paid', () => {
    const words: QueryOutcome[] = [
      ...(['pending', 'failed', 'cancelled'] as const).map((status) => found(status)),
      found('completed', { amount: 1 }),
      { kind: 'not_found' },
      { kind: 'unknown', detail: '' },
    ];
    for (const state of ['completed', 'failed', 'cancelled', 'expired'] as const) {
      for (const word of words) assert.equal(afterQuery(payment(state), word, over).to, state);
    }
  });

  it('expires when its time is over and the wallet has spoken; silence alone takes a day', () => {
    const pending = payment('pending');
    assert.equal(afterQuery(pending, found('pending'), early).to, 'pending');
    assert.equal(afterQuery(pending, { kind: 'not_found' }, early).to, 'pending');
    assert.equal(afterQuery(pending, found('pending'), over).to, 'expired');
    assert.equal(afterQuery(pending, { kind: 'not_found' }, over).to, 'expired');
    const silence: QueryOutcome = { kind: 'unknown', detail: '' };
    assert.equal(afterQuery(pending, silence, over).to, 'pending');
    assert.equal(afterQuery(pending, silence, at(expiresAt + 24 * 60 * minuteMs)).to, 'expired');
  });

  it('looks again after it has expired, and then no more', () => {
    let now = expiresAt;
    const looks: number[] = [];
    for (let next: number | null = now; next !== null && looks.length < 10;) {
      now = next;
      next = afterQuery(payment('expired'), { kind: 'not_found' }, at(now)).pollAt;
      if (next !== null) looks.push((next - expiresAt) / minuteMs);
    }
    assert.deepEqual(looks, [60, 360, 1_440]);
  });
});

describe('afterStart', () => {
  it('fails only what was certainly refused', () => {
    const created = payment('created');
    assert.deepEqual(afterStart(created, { kind: 'accepted' }, early).to, 'pushed');
    const refused = afterStart(created, { kind: 'refused', code: 'upstream_rejected', detail: 'no' }, early);
    assert.deepEqual([refused.to, refused.pollAt, refused.failure?.code], ['failed', null, 'refused']);
    const unknown = afterStart(created, { kind: 'unknown', detail: '' }, early);
    assert.equal(unknown.to, 'created');
    assert.ok(unknown.pollAt !== null);
  });
});

describe('nextLookAt', () => {
  it('is every 15 s for two minutes, then every minute, and at the expiry', () => {
    const looks: number[] = [];
    for (let now = createdAt; now < expiresAt;) {
      now = nextLookAt(payment('pushed'), now, usualSchedule);
      looks.push((now - createdAt) / 1_000);
    }
    assert.deepEqual(looks.slice(0, 10), [15, 30, 45, 60, 75, 90, 105, 120, 180, 240]);
    assert.equal(looks.at(-1), 1_800);
    assert.equal(looks.length, 8 + 28);
  });
});
