import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { NewPayment, Payment, PaymentState, QueryOutcome, SmsError, StartOutcome } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';
import { eventually } from '../eventually.js';
import { openAccount, openPlatform, refusal, toldTo, type Platform } from '../platform.js';
import { ScriptedWallet, walletKey } from '../scripted-wallet.js';

const minuteMs = 60_000;
const apiUrl = 'https://sms.example.com/api/v1';

interface Paid extends Platform {
  wallet: ScriptedWallet;
}

export function paymentsSuite(open: OpenTestDatabase): void {
  let given: Paid;
  /** What the platform of the test has warned of. */
  const logged: [message: string, fields: object][] = [];
  const logger = {
    debug() {},
    info() {},
    warn: (fields: object, message: string) => {
      logged.push([message, fields]);
    },
    error() {},
  };

  /** A second process on the same database, with the same wallet. */
  const beside = async (): Promise<Paid> => {
    const { wallet, database } = given;
    const payments = { wallets: [wallet], apiUrl, buyerEmail: 'duka@example.com' };
    return { ...(await openPlatform(database, { payments })), wallet };
  };

  beforeEach(async () => {
    const wallet = new ScriptedWallet();
    const payments = { wallets: [wallet], apiUrl, buyerEmail: 'duka@example.com' };
    given = { ...(await openPlatform(await open(), { payments, logger })), wallet };
    await given.sms.start();
  });
  afterEach(async () => {
    await given.sms.stop({ deadlineMs: 1_000 });
    await assertInvariants(given.database);
    await given.database.dispose();
  });

  const thousand: NewPayment = { credits: 1_000_000, phone: '0744963858' };
  const buy = async (account: string, changes: Partial<NewPayment> = {}): Promise<Payment> =>
    (await given.sms.payments.create(account, { ...thousand, ...changes })).payment;
  const emptyAccount = (): Promise<string> => openAccount(given.sms, { credits: 0 });
  const available = async (account: string): Promise<number> => (await given.sms.accounts.balance(account)).available;
  const becomes = (account: string, { id }: Payment, state: PaymentState): Promise<Payment> =>
    eventually(`the payment becomes ${state}`, async () => {
      const payment = await given.sms.payments.get(account, id);
      return payment.state === state && payment;
    });
  const types = async (account: string): Promise<string[]> => (await toldTo(given, account)).map(({ type }) => type);
  const keyOf = (order: { callbackUrl?: string | undefined } | undefined): string =>
    order?.callbackUrl?.split('/').at(-1) ?? '';
  const callBack = (key: string, orderId: string, apiKey = walletKey, more: object = {}) =>
    given.sms.payments.callback({
      wallet: 'scripted',
      key,
      headers: { 'x-api-key': apiKey },
      readBody: () => Promise.resolve({ order_id: orderId, payment_status: 'COMPLETED', reference: '1', ...more }),
    });

  it('turns a paid order into credits, once, and says so', async () => {
    const { sms, wallet } = given;
    const account = await emptyAccount();
    const payment = await buy(account, { buyerName: 'Asha Juma', buyerEmail: 'asha@example.com', provider: 'vodacom' });
    assert.equal(payment.state, 'pushed');
    const [order] = wallet.started;
    assert.match(
      order?.callbackUrl ?? '',
      /^https:\/\/sms\.example\.com\/api\/v1\/payments\/callbacks\/scripted\/[\w-]{43}$/,
    );
    assert.deepEqual(
      [order?.orderId, order?.amount, order?.payer, order?.buyerName, order?.buyerEmail, order?.provider],
      [payment.walletOrderId, 1_800_000, '+255744963858', 'Asha Juma', 'asha@example.com', 'vodacom'],
    );
    assert.equal(await available(account), 0);
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    for (let times = 0; times < 3; times++) {
      assert.equal((await callBack(keyOf(order), payment.walletOrderId)).status, 200);
    }
    const completed = await sms.payments.check(account, payment.id);
    assert.deepEqual(
      [completed.state, completed.credits, completed.tier, completed.unitPrice, completed.reference, completed.channel],
      ['completed', 1_000_000, 'Lite', 1_800, '0936183435', 'MPESA-TZ'],
    );
    assert.deepEqual(
      completed.history.map(({ state, source }) => [state, source]),
      [
        ['created', 'api'],
        ['pushed', 'start'],
        ['completed', 'query'],
      ],
    );
    assert.equal(await available(account), 1_000_000);
    assert.deepEqual(await types(account), ['credits.added', 'payment.completed']);
    const [credited] = await toldTo(given, account);
    assert.deepEqual([credited?.subjectId, credited?.data], [payment.id, { amount: 1_000_000 }]);
  });

  it('keeps the terms that a package had when it was bought', async () => {
    const { sms } = given;
    const account = await emptyAccount();
    const offer = await sms.packages.create({ name: 'Starter', credits: 500_000, price: 850_050, currency: 'TZS' });
    const payment = await buy(account, { packageId: offer.id, credits: undefined });
    await sms.packages.update(offer.id, { credits: 1_000, price: 9_000_000 });
    const { amount, credits, packageName } = await sms.payments.get(account, payment.id);
    // Shillings have cents, and the wallet takes whole ones.
    assert.deepEqual([amount, credits, packageName], [850_100, 500_000, 'Starter']);
    await sms.packages.retire(offer.id);
    assert.equal(await refusal(buy(account, { packageId: offer.id, credits: undefined })), 'not_found');
  });

  it('fails at once when the wallet will not ask, and names the payment', async () => {
    const { sms, wallet } = given;
    const account = await emptyAccount();
    wallet.onStart = () => ({ kind: 'refused', code: 'upstream_rejected', detail: 'Invalid phone' });
    const error = (await buy(account).catch((refused: unknown) => refused)) as SmsError;
    assert.equal(error.code, 'upstream_rejected');
    assert.match(error.message, /Invalid phone/);
    const payment = await sms.payments.get(account, String(error.details?.payment_uuid));
    assert.deepEqual([payment.state, payment.failureCode, payment.pollAt], ['failed', 'refused', null]);
    assert.deepEqual(await types(account), ['payment.failed']);
  });

  it('never starts an order again that was not clearly started, and finds out by asking', async () => {
    const { wallet, clock } = given;
    const account = await emptyAccount();
    wallet.onStart = () => ({ kind: 'unknown', detail: 'no answer' });
    const payment = await buy(account);
    assert.equal(payment.state, 'created');
    clock.move(16_000);
    await becomes(account, payment, 'pending');
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    clock.move(16_000);
    await becomes(account, payment, 'completed');
    assert.equal(wallet.started.length, 1);
    assert.equal(await available(account), 1_000_000);
  });

  it('finds a payment whose process died at the wallet', async () => {
    const { wallet } = given;
    const account = await emptyAccount();
    let called: (() => void) | undefined;
    const calling = new Promise<void>((resolve) => (called = resolve));
    wallet.onStart = () => {
      called?.();
      // The process is gone before there is an answer.
      return new Promise<StartOutcome>(() => undefined);
    };
    void buy(account);
    await calling;
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    const other = await beside();
    await other.sms.start();
    other.clock.move(30_000);
    await eventually('the credits', async () => (await available(account)) === 1_000_000);
    await other.sms.stop();
  });

  it('tells cancelled from failed', async () => {
    const { sms, wallet } = given;
    const account = await emptyAccount();
    const ends: ['failed' | 'cancelled', string | null][] = [
      ['failed', 'declined'],
      ['cancelled', null],
    ];
    for (const [status, code] of ends) {
      const payment = await buy(account);
      wallet.onQuery = (orderId) => wallet.found(orderId, status);
      const ended = await sms.payments.check(account, payment.id);
      assert.deepEqual([ended.state, ended.failureCode, ended.pollAt], [status, code, null]);
    }
    const told = await toldTo(given, account);
    assert.deepEqual(
      told.map(({ type, data }) => [type, 'paymentId' in data && data.state]),
      [
        ['payment.failed', 'failed'],
        ['payment.failed', 'cancelled'],
      ],
    );
  });

  it('expires after a last look, and still credits what is found paid later', async () => {
    const { wallet, clock } = given;
    const account = await emptyAccount();
    const payment = await buy(account);
    clock.move(29 * minuteMs);
    await becomes(account, payment, 'pending');
    clock.move(minuteMs + 1_000);
    const expired = await becomes(account, payment, 'expired');
    assert.ok((expired.pollAt ?? 0) > clock.now(), 'it is looked at again');
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    clock.move(61 * minuteMs);
    await becomes(account, payment, 'completed');
    assert.equal(await available(account), 1_000_000);
    assert.deepEqual(await types(account), ['payment.expired', 'credits.added', 'payment.completed']);
  });

  it('does not let a payment expire while the wallet is silent', async () => {
    const { sms, wallet, clock } = given;
    const account = await emptyAccount();
    wallet.onQuery = () => ({ kind: 'unknown', detail: 'HTTP 503' });
    const payment = await buy(account);
    clock.move(31 * minuteMs);
    await eventually('the look at its expiry', () => wallet.queried.length > 0);
    assert.equal((await sms.payments.check(account, payment.id)).state, 'pushed');
    wallet.onQuery = () => ({ kind: 'not_found' });
    assert.equal((await sms.payments.check(account, payment.id)).state, 'expired');
    const silent = await buy(account);
    wallet.onQuery = () => Promise.reject(new Error('a wallet must not, but may'));
    clock.move(25 * 60 * minuteMs);
    const over = await becomes(account, silent, 'expired');
    assert.equal(over.pollAt, null);
  });

  it('credits nothing for another amount, another order or an amount that is not told', async () => {
    const { sms, wallet } = given;
    const account = await emptyAccount();
    const payment = await buy(account);
    wallet.onQuery = (orderId) => ({ ...wallet.found(orderId, 'completed'), amount: null }) as QueryOutcome;
    assert.equal((await sms.payments.check(account, payment.id)).state, 'pushed');
    wallet.onQuery = (orderId) => ({ ...wallet.found(orderId, 'completed'), orderId: randomUUID() }) as QueryOutcome;
    assert.equal((await sms.payments.check(account, payment.id)).state, 'pushed');
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed', 100);
    const mismatched = await sms.payments.check(account, payment.id);
    assert.deepEqual([mismatched.state, mismatched.failureCode], ['failed', 'amount_mismatch']);
    assert.equal(await available(account), 0);
    // The wallet has put it right: money that was paid is credited.
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    const corrected = await sms.payments.check(account, payment.id);
    assert.deepEqual([corrected.state, corrected.failureCode], ['completed', null]);
    assert.equal(await available(account), 1_000_000);
  });

  it('credits once whoever settles, however many at once', async () => {
    const { sms, wallet } = given;
    const account = await emptyAccount();
    const other = await beside();
    const all = await Promise.all(Array.from({ length: 12 }, (_, n) => buy(account, { phone: `07449631${10 + n}` })));
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    await Promise.all(
      all.flatMap(({ id, walletOrderId }) => [
        sms.payments.check(account, id),
        other.sms.payments.check(account, id),
        callBack(keyOf(wallet.started.find(({ orderId }) => orderId === walletOrderId)), walletOrderId),
        sms.accounts.topUp(account, 1_000),
      ]),
    );
    assert.equal(await available(account), 12 * 1_000_000 + 12 * 1_000);
    const told = await types(account);
    assert.equal(told.filter((type) => type === 'payment.completed').length, 12);
    await other.sms.stop();
  });

  it('counts credits that somebody has paid in by hand under the payment’s id', async () => {
    const { sms, wallet } = given;
    const account = await emptyAccount();
    const payment = await buy(account);
    await sms.accounts.topUp(account, 1_000_000, payment.id);
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    assert.equal((await sms.payments.check(account, payment.id)).state, 'completed');
    assert.equal(await available(account), 1_000_000);
  });

  it('makes one payment of a request that is sent again, also while the first still runs', async () => {
    const { sms, wallet } = given;
    const account = await emptyAccount();
    const idempotency = { key: 'order-7', fingerprint: 'a' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => sms.payments.create(account, thousand, { idempotency })),
    );
    assert.equal(new Set(answers.map(({ payment }) => payment.id)).size, 1);
    assert.equal(answers.filter(({ replayed }) => !replayed).length, 1);
    assert.equal(wallet.started.length, 1);
    const other = { key: 'order-7', fingerprint: 'b' };
    assert.equal(await refusal(sms.payments.create(account, thousand, { idempotency: other })), 'idempotency_mismatch');
  });

  it('gives a repeat the same refusal, and starts nothing again', async () => {
    const { sms, wallet } = given;
    const account = await emptyAccount();
    wallet.onStart = () => ({ kind: 'refused', code: 'upstream_rejected', detail: 'no' });
    const idempotency = { key: 'order-8', fingerprint: 'a' };
    for (let times = 0; times < 2; times++) {
      assert.equal(await refusal(sms.payments.create(account, thousand, { idempotency })), 'upstream_rejected');
    }
    assert.equal(wallet.started.length, 1);
  });

  it('does not let a phone be asked by everybody at once', async () => {
    const account = await emptyAccount();
    for (let times = 0; times < 3; times++) await buy(account);
    assert.equal(await refusal(buy(account)), 'velocity');
    await buy(account, { phone: '0744963859' });
  });

  it('asks a wallet once about what is due, with two processes at it', async () => {
    const { wallet } = given;
    const account = await emptyAccount();
    for (let n = 0; n < 30; n++) await buy(account, { phone: `07449632${10 + n}` });
    const other = await beside();
    await other.sms.start();
    given.clock.move(16_000);
    other.clock.move(16_000);
    await eventually('every payment is asked after', () => new Set(wallet.queried).size === 30);
    assert.equal(wallet.queried.length, 30);
    await other.sms.stop();
  });

  it('hears a callback that is faster than the answer to the start', async () => {
    const { sms, wallet } = given;
    const account = await emptyAccount();
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    wallet.onStart = async (order) => {
      assert.equal((await callBack(keyOf(order), order.orderId)).status, 200);
      return { kind: 'accepted' };
    };
    const payment = await buy(account);
    assert.equal(payment.state, 'completed');
    assert.deepEqual((await sms.payments.get(account, payment.id)).state, 'completed');
    assert.equal(await available(account), 1_000_000);
  });

  it('refuses forged callbacks, in the vendor’s words and order, logs them and asks nobody', async () => {
    const { wallet } = given;
    logged.length = 0;
    const account = await emptyAccount();
    const [one, other] = [await buy(account), await buy(account)];
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    const [first] = wallet.started;
    const key = keyOf(first);
    const answers = [
      await callBack(key, one.walletOrderId, 'wrong'),
      await callBack('x'.repeat(43), one.walletOrderId),
      await callBack("' OR 1=1", one.walletOrderId),
      await callBack(key, other.walletOrderId),
      await callBack(key, ''),
    ];
    assert.deepEqual(answers, [
      { status: 401, body: { success: false, message: 'Unauthorized webhook request' } },
      { status: 404, body: { success: false, message: 'Transaction not found' } },
      { status: 404, body: { success: false, message: 'Transaction not found' } },
      { status: 404, body: { success: false, message: 'Transaction not found' } },
      { status: 400, body: { success: false, message: 'Invalid webhook payload' } },
    ]);
    assert.deepEqual(wallet.queried, []);
    assert.equal(await available(account), 0);
    assert.deepEqual(
      logged,
      ['unauthorized', ...Array.from({ length: 3 }, () => 'unknown_order'), 'malformed'].map((verdict) => [
        'a callback was refused',
        { wallet: 'scripted', verdict },
      ]),
    );
  });

  it('credits what was asked for and what the wallet has, whatever amount a callback names', async () => {
    const { wallet } = given;
    const account = await emptyAccount();
    const [paid, unpaid] = [await buy(account), await buy(account)];
    wallet.onQuery = (orderId) => wallet.found(orderId, orderId === paid.walletOrderId ? 'completed' : 'pending');
    for (const [index, { walletOrderId }] of [paid, unpaid].entries()) {
      const forged = { amount: 99_999_999, credits: 99_999_999 };
      assert.equal((await callBack(keyOf(wallet.started[index]), walletOrderId, walletKey, forged)).status, 200);
    }
    assert.equal(await available(account), 1_000_000);
  });

  it('takes a callback that the wallet does not confirm yet, and asks again soon', async () => {
    const { sms, wallet, clock } = given;
    const account = await emptyAccount();
    const payment = await buy(account);
    clock.move(10 * minuteMs);
    await eventually('a look', () => wallet.queried.length > 0);
    wallet.onQuery = () => ({ kind: 'unknown', detail: 'HTTP 503' });
    assert.equal((await callBack(keyOf(wallet.started[0]), payment.walletOrderId)).status, 200);
    const { pollAt } = await sms.payments.get(account, payment.id);
    assert.ok((pollAt ?? Infinity) <= clock.now() + 15_000);
  });

  it('is not another account’s, and is found by its owner', async () => {
    const { sms } = given;
    const [account, stranger] = [await emptyAccount(), await emptyAccount()];
    const payment = await buy(account);
    assert.equal(await refusal(sms.payments.get(stranger, payment.id)), 'not_found');
    assert.equal(await refusal(sms.payments.check(stranger, payment.id)), 'not_found');
    const page = { limit: 10, offset: 0 };
    assert.equal((await sms.payments.list(stranger, {}, page)).total, 0);
    assert.deepEqual((await sms.payments.list(account, { states: ['pushed'] }, page)).payments, [
      await sms.payments.get(account, payment.id),
    ]);
    assert.equal((await sms.payments.list(account, { states: ['failed'] }, page)).total, 0);
  });

  it('is found by its number, and stands among what was bought', async () => {
    const { sms, wallet, clock } = given;
    const account = await emptyAccount();
    const stranger = await emptyAccount();
    const first = await buy(account);
    assert.deepEqual(await sms.payments.getByOrderNumber(account, first.orderNumber), first);
    for (const number of ['20260511-1A2B3C4D', '', '\0', first.id]) {
      assert.equal(await refusal(sms.payments.getByOrderNumber(account, number)), 'not_found');
    }
    assert.equal(await refusal(sms.payments.getByOrderNumber(stranger, first.orderNumber)), 'not_found');
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    await sms.payments.check(account, first.id);
    clock.move(1_000);
    await sms.accounts.topUp(account, 5_000);
    clock.move(1_000);
    const last = await buy(account, { phone: '0744963859' });
    const all = { limit: 10, offset: 0 };
    const { purchases, total } = await sms.payments.purchases(account, {}, all);
    assert.deepEqual(
      purchases.map(({ id, credits, amount, currency, state }) => [id, credits, amount, currency, state]),
      [
        [last.id, 1_000_000, 1_800_000, 'TZS', 'pushed'],
        [purchases[1]?.id, 5_000, null, null, 'completed'],
        [first.id, 1_000_000, 1_800_000, 'TZS', 'completed'],
      ],
    );
    assert.equal(total, 3);
    const some = await sms.payments.purchases(account, { states: ['completed'] }, { limit: 1, offset: 1 });
    assert.deepEqual([some.purchases.map(({ id }) => id), some.total], [[first.id], 2]);
    const open = await sms.payments.purchases(account, { states: ['created', 'pushed', 'pending'] }, all);
    assert.deepEqual(
      open.purchases.map(({ id }) => id),
      [last.id],
    );
    assert.equal((await sms.payments.purchases(stranger, {}, all)).total, 0);
    const partner = await openAccount(sms, { kind: 'partner', credits: 9_000 });
    const { tenant } = await sms.tenants.create(partner, { name: 'Tenant', credits: 2_000 });
    const received = await sms.payments.purchases(tenant.id, {}, all);
    assert.deepEqual(
      received.purchases.map(({ credits, state }) => [credits, state]),
      [[2_000, 'completed']],
    );
    assert.equal((await sms.payments.purchases(partner, {}, all)).total, 1);
  });

  it('says what is wrong with an order, and stores nothing of it', async () => {
    const { sms, wallet } = given;
    const account = await emptyAccount();
    const refusals: [Partial<NewPayment>, string][] = [
      [{ phone: '0222123456' }, 'number_invalid'],
      [{ credits: undefined }, 'invalid_request'],
      [{ packageId: randomUUID() }, 'invalid_request'],
      [{ packageId: randomUUID(), credits: undefined }, 'not_found'],
      [{ packageId: 'x', credits: undefined }, 'not_found'],
      [{ credits: 99_000 }, 'invalid_request'],
      [{ credits: -5 }, 'invalid_request'],
      [{ credits: 60_000_000_000 }, 'invalid_request'],
      [{ buyerEmail: 'nobody' }, 'invalid_request'],
      [{ buyerName: ' ' }, 'invalid_request'],
      [{ buyerName: 'a\0' }, 'invalid_request'],
      [{ provider: 'mpesa' }, 'invalid_request'],
    ];
    for (const [changes, code] of refusals)
      assert.equal(await refusal(buy(account, changes)), code, JSON.stringify(changes));
    const kenyan = await openAccount(sms, { country: 'KE', currency: 'KES' });
    assert.equal(await refusal(buy(kenyan)), 'invalid_request');
    assert.equal(await refusal(buy(randomUUID())), 'not_found');
    assert.deepEqual(wallet.started, []);
    assert.equal((await sms.payments.list(account, {}, { limit: 1, offset: 0 })).total, 0);
  });

  describe('packages and tiers', () => {
    it('are the partner’s where it has any, else the platform’s, in the account’s currency', async () => {
      const { sms } = given;
      const partner = await openAccount(sms, { kind: 'partner' });
      const tenant = await openAccount(sms, { kind: 'tenant', parentId: partner });
      const names = async (account: string): Promise<string[]> =>
        (await sms.packages.offered(account)).map(({ name }) => name);
      const terms = { credits: 1_000_000, price: 1_800_000, currency: 'tzs' };
      await sms.packages.create({ ...terms, name: 'Large', price: 2_000_000 });
      await sms.packages.create({ ...terms, name: 'Small' });
      await sms.packages.create({ ...terms, name: 'Kenyan', currency: 'KES' });
      assert.deepEqual(await names(tenant), ['Small', 'Large']);
      await sms.packages.create({ ...terms, name: 'Ours', partnerId: partner });
      assert.deepEqual(await names(tenant), ['Ours']);
      assert.deepEqual(await names(partner), ['Small', 'Large']);
      const toTenants = async (account: string): Promise<string[]> =>
        (await sms.packages.offered({ tenantsOf: account })).map(({ name }) => name);
      assert.deepEqual(await toTenants(partner), ['Ours']);
      assert.deepEqual(await toTenants(await emptyAccount()), ['Small', 'Large']);
      const other = await openAccount(sms, { kind: 'partner' });
      assert.deepEqual(await names(await openAccount(sms, { kind: 'tenant', parentId: other })), ['Small', 'Large']);
      const standalone = { ...terms, name: 'x', partnerId: await emptyAccount() };
      assert.equal(await refusal(sms.packages.create(standalone)), 'invalid_request');
    });

    it('price by the number bought, from the day a list holds', async () => {
      const { sms, clock } = given;
      const account = await emptyAccount();
      const price = async (credits: number): Promise<unknown[]> => {
        const found = await sms.packages.price(account, credits * 1_000);
        return [found.tier.name, found.unitPrice, found.amount, found.until];
      };
      assert.deepEqual(await price(5_000), ['Lite', 1_800, 9_000_000, 50_000]);
      assert.deepEqual(await price(50_000), ['Standard', 1_400, 70_000_000, 250_000]);
      assert.deepEqual(await price(200_000), ['Standard', 1_400, 280_000_000, 250_000]);
      assert.deepEqual(await price(250_000), ['Pro', 1_200, 300_000_000, null]);
      assert.deepEqual(await price(0.5), ['Lite', 1_800, 1_800, 50_000]);
      const within = async (amount: number): Promise<unknown[]> => {
        const found = await sms.packages.within(account, amount);
        return [found.credits, found.amount, found.currency];
      };
      assert.deepEqual(await within(5_000_000), [2_777_000, 4_998_600, 'TZS']);
      assert.equal(await refusal(within(1_799)), 'invalid_request');
      const tiers = [{ name: 'One', from: 1, unitPrice: 1_750 }];
      await sms.packages.setTiers({ currency: 'TZS', tiers, effectiveAt: clock.now() + minuteMs });
      assert.deepEqual((await price(3))[0], 'Lite');
      clock.move(minuteMs + 1_000);
      // Fifty-two shillings and a half become fifty-three: the wallet takes whole ones.
      assert.deepEqual(await price(3), ['One', 1_750, 5_300, null]);
      for (const wrong of [[], [{ name: 'x', from: 2, unitPrice: 1 }], [...tiers, ...tiers]]) {
        assert.equal(await refusal(sms.packages.setTiers({ currency: 'TZS', tiers: wrong })), 'invalid_request');
      }
      const kenyan = await openAccount(sms, { country: 'KE', currency: 'KES' });
      assert.equal(await refusal(sms.packages.price(kenyan, 1_000)), 'price_missing');
    });

    it('change by versions, one at a time', async () => {
      const { sms } = given;
      const account = await emptyAccount();
      const offer = await sms.packages.create({ name: 'A', credits: 1_000, price: 100, currency: 'TZS' });
      const changed = await sms.packages.update(offer.id, { name: 'B', details: { features: ['x'], isPopular: true } });
      assert.deepEqual([changed.id, changed.version, changed.name], [offer.id, 2, 'B']);
      assert.deepEqual(await sms.packages.offered(account), [changed]);
      const both = await Promise.allSettled([
        sms.packages.update(offer.id, { name: 'C' }),
        sms.packages.update(offer.id, { name: 'D' }),
      ]);
      assert.ok(both.some(({ status }) => status === 'fulfilled'));
      assert.equal((await sms.packages.offered(account)).length, 1);
      assert.equal(await refusal(sms.packages.update(offer.id, { price: 0 })), 'invalid_request');
      assert.equal(await refusal(sms.packages.retire(randomUUID())), 'not_found');
    });
  });
}
