import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { FoundOrder, MobileMoney, QueryOutcome, WalletOrder } from '@ujumbe/core';
import { eventually } from './eventually.js';

/** A wallet whose payers pay, unless the number asks otherwise (docs/reference/simulated-wallet.md). */
export interface WalletUnderTest {
  wallet: MobileMoney;
  /** Where it calls back; undefined for one in the same process, which hints. */
  callbackUrl: string | undefined;
  /** The orders it has called back about so far, by whatever way. */
  calledBack(): readonly string[];
  /** How many orders the wallet has. */
  placed(): number;
  close(): Promise<void>;
}

export const never: AbortSignal = new AbortController().signal;

/** A thousand shillings. */
const amount = 100_000;

/**
 * What the platform relies on in every wallet; source: payments/mobile-money.ts. An implementation passes it with a
 * real wallet, or a simulated one, behind it.
 */
export function mobileMoneySuite(make: () => Promise<WalletUnderTest>): void {
  let given: WalletUnderTest;
  beforeEach(async () => {
    given = await make();
  });
  afterEach(() => given.close());

  const orderOf = (ending: string, changes: Partial<WalletOrder> = {}): WalletOrder => ({
    orderId: randomUUID(),
    amount,
    payer: given.wallet.payerOf(`0744963${ending}`),
    buyerName: 'Asha Juma',
    buyerEmail: 'asha@example.com',
    callbackUrl: given.callbackUrl,
    ...changes,
  });

  const query = (orderId: string): Promise<QueryOutcome> => given.wallet.query(orderId, never);

  const ends = (orderId: string, status: FoundOrder['status']): Promise<FoundOrder> =>
    eventually(`${orderId} is ${status}`, async () => {
      const found = await query(orderId);
      return found.kind === 'found' && found.status === status && found;
    });

  it('has a name, a currency, and providers with what they let be paid', () => {
    const { name, currency, step, providers, startTimeoutMs } = given.wallet;
    assert.match(name, /^[a-z0-9_-]{1,30}$/);
    assert.match(currency, /^[A-Z]{3}$/);
    assert.ok(step >= 1 && startTimeoutMs > 0);
    assert.ok(providers.length > 0);
    for (const { code, least, most } of providers) assert.ok(least > 0 && most >= least && least % step === 0, code);
  });

  it('reads the payer’s number, and refuses what is none', () => {
    const { wallet } = given;
    for (const written of ['0744963858', '255744963858', '+255 744 963 858', '744963858', '00255744963858']) {
      assert.equal(wallet.payerOf(written), '+255744963858', written);
    }
    assert.equal(wallet.payerOf('0614853618'), '+255614853618');
    for (const written of ['', '0222123456', '07449638', '07449638581', '254744963858', 'x'.repeat(5_000)]) {
      assert.throws(() => wallet.payerOf(written), { code: 'number_invalid' }, written);
    }
  });

  it('has a phone asked, and tells when it has paid: that order, that amount', async () => {
    const order = orderOf('858');
    assert.deepEqual(await given.wallet.start(order, never), { kind: 'accepted' });
    const found = await ends(order.orderId, 'completed');
    assert.deepEqual([found.orderId, found.amount, found.currency], [order.orderId, amount, given.wallet.currency]);
    assert.ok(found.reference !== null && found.transactionId !== null && found.channel !== null);
    await eventually('the callback', () => given.calledBack().includes(order.orderId));
  });

  it('says why it will not ask, and knows no such order afterwards', async () => {
    const order = orderOf('901');
    const outcome = await given.wallet.start(order, never);
    assert.equal(outcome.kind, 'refused');
    assert.ok(outcome.detail.length > 0);
    assert.deepEqual(await query(order.orderId), { kind: 'not_found' });
  });

  it('tells failed from cancelled from not answered, and calls back about none of them', async () => {
    const [failed, cancelled, waiting] = [orderOf('902'), orderOf('903'), orderOf('904')];
    for (const order of [failed, cancelled, waiting]) {
      assert.equal((await given.wallet.start(order, never)).kind, 'accepted');
    }
    await ends(failed.orderId, 'failed');
    await ends(cancelled.orderId, 'cancelled');
    await ends(waiting.orderId, 'pending');
    assert.deepEqual(given.calledBack(), []);
  });

  it('does not take silence for a refusal: the order may be there, or not', async () => {
    const [taken, lost] = [orderOf('906'), orderOf('911')];
    assert.equal((await given.wallet.start(taken, never)).kind, 'unknown');
    assert.equal((await given.wallet.start(lost, never)).kind, 'unknown');
    await ends(taken.orderId, 'completed');
    assert.deepEqual(await query(lost.orderId), { kind: 'not_found' });
  });

  it('places an order once', async () => {
    const order = orderOf('858');
    await given.wallet.start(order, never);
    assert.equal((await given.wallet.start(order, never)).kind, 'refused');
    assert.equal(given.placed(), 1);
  });

  it('may call back twice, before its answer, or never', async () => {
    const [twice, first, lost] = [orderOf('907'), orderOf('908'), orderOf('905')];
    await given.wallet.start(first, never);
    assert.deepEqual(given.calledBack(), [first.orderId]);
    await given.wallet.start(twice, never);
    await given.wallet.start(lost, never);
    await ends(lost.orderId, 'completed');
    await eventually('both callbacks', () => given.calledBack().filter((id) => id === twice.orderId).length === 2);
    assert.ok(!given.calledBack().includes(lost.orderId));
  });

  it('waits for a payer who is slow', async () => {
    const [slow, quick] = [orderOf('910'), orderOf('858')];
    await given.wallet.start(slow, never);
    await given.wallet.start(quick, never);
    await ends(slow.orderId, 'completed');
    await eventually('both callbacks', () => given.calledBack().length === 2);
    assert.deepEqual(given.calledBack(), [quick.orderId, slow.orderId]);
  });

  it('shows the amount that it has, also where that is another', async () => {
    const order = orderOf('909');
    await given.wallet.start(order, never);
    assert.notEqual((await ends(order.orderId, 'completed')).amount, order.amount);
  });

  it('reads the order out of a callback, and nothing else', () => {
    const { wallet } = given;
    const orderId = randomUUID();
    const forged = { order_id: orderId, payment_status: 'COMPLETED', amount: 99_999_999 };
    assert.deepEqual(wallet.parseCallback(forged), { orderId });
    for (const body of [
      undefined,
      null,
      'x',
      7,
      [],
      {},
      { order_id: 7 },
      { order_id: '' },
      { order_id: 'x'.repeat(200) },
    ]) {
      assert.equal(wallet.parseCallback(body), undefined);
    }
  });

  it('admits no callback without its secret, and words its answers', () => {
    const { wallet } = given;
    for (const key of [undefined, '', 'wrong', ['a', 'b'], 'x'.repeat(10_000)]) {
      assert.equal(wallet.admitsCallback({ 'x-api-key': key }), false);
    }
    const statuses = (['processed', 'unauthorized', 'unknown_order', 'malformed', 'failed'] as const).map(
      (verdict) => wallet.callbackReply(verdict).status,
    );
    assert.deepEqual(statuses, [200, 401, 404, 400, 500]);
  });

  it('ends an attempt soon after the abort, and never says that it was refused', async () => {
    const abort = new AbortController();
    const started = given.wallet.start(orderOf('904'), abort.signal);
    abort.abort();
    assert.ok(['accepted', 'unknown'].includes((await started).kind));
    const asked = await given.wallet.query(randomUUID(), AbortSignal.abort());
    assert.ok(['not_found', 'unknown'].includes(asked.kind));
  });
}
