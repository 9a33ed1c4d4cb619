import assert from 'node:assert/strict';
import { zenoPay, type MobileMoney } from '@ujumbe/core';
import { createSimulatedZenoPay, type SimulatedZenoPay } from 'ujumbe';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, listOf, openApiHost, refusalOf, until, type ApiHost, type Customer, type Shown } from './api-host.js';

const apiKey = 'a-key-of-tests';
const missing = '01a1b2c3-0000-7000-8000-000000000000';

describeOnDatabases('API: payments and packages', (open) => {
  let host: ApiHost;
  let wallet: MobileMoney;
  let simulated: SimulatedZenoPay;
  let customer: Customer;
  /** The address of the last order's callback: only the wallet is told it. */
  let callbackUrl = '';

  before(async () => {
    simulated = createSimulatedZenoPay({ apiKey, delayMs: 20 });
    const client = zenoPay({ apiKey, url: `http://127.0.0.1:${await simulated.start()}`, startTimeoutMs: 5_000 });
    wallet = {
      ...client,
      start: (order, signal) => {
        callbackUrl = order.callbackUrl ?? '';
        return client.start(order, signal);
      },
    };
    const payments = { wallets: [wallet], apiUrl: () => host.url, buyerEmail: 'duka@example.com' };
    host = await openApiHost(open, {}, { payments });
    customer = await host.open({ credits: 0 });
    await host.sms.packages.create({
      name: 'Starter',
      credits: 1_000_000,
      price: 1_800_000,
      currency: 'TZS',
      details: { type: 'lite', features: ['SMS to every network'], isPopular: true },
    });
  });
  after(async () => {
    await host.close();
    await simulated.stop();
  });
  afterEach(() => assert.deepEqual(host.logged, []));

  const untilEnded = (by: Customer, uuid: string, state: string): Promise<Shown> =>
    until(async () => {
      const payment = await dataOf(by.get(`/payments/${uuid}`));
      return payment.state === state ? payment : undefined;
    });

  it('sells a package by phone, and tells of it', async () => {
    const { packages, tiers, currency } = await dataOf(customer.get('/packages'));
    const [offer] = packages as Shown[];
    assert.deepEqual(offer, {
      uuid: offer?.uuid,
      name: 'Starter',
      type: 'lite',
      subtitle: null,
      features: ['SMS to every network'],
      is_popular: true,
      credits: 1_000,
      price: 18_000,
      currency: 'TZS',
      unit_price: 18,
    });
    assert.deepEqual(
      [currency, tiers],
      [
        'TZS',
        [
          { name: 'Lite', from_credits: 1, to_credits: 49_999, unit_price: 18 },
          { name: 'Standard', from_credits: 50_000, to_credits: 249_999, unit_price: 14 },
          { name: 'Pro', from_credits: 250_000, to_credits: null, unit_price: 12 },
        ],
      ],
    );
    const body = {
      package_uuid: offer.uuid,
      phone: '0744963858',
      name: 'Asha',
      email: 'asha@example.com',
      provider: 'vodacom',
    };
    const created = await dataOf(customer.post('/payments', body));
    assert.match(String(created.order_number), /^\d{8}-[0-9A-F]{8}$/);
    assert.deepEqual(created, {
      uuid: created.uuid,
      order_number: created.order_number,
      state: created.state,
      amount: 18_000,
      currency: 'TZS',
      credits: 1_000,
      package_uuid: offer.uuid,
      package_name: 'Starter',
      tier: null,
      unit_price: null,
      phone: '+255744963858',
      provider: 'vodacom',
      buyer: { name: 'Asha', email: 'asha@example.com' },
      wallet: 'zenopay',
      reference: created.reference,
      transaction_id: created.transaction_id,
      error: null,
      error_code: null,
      created_at: created.created_at,
      expires_at: created.expires_at,
      ended_at: created.ended_at,
    });
    // The wallet calls back over HTTP, at the address it was given; nobody asks it here.
    const completed = await untilEnded(customer, created.uuid, 'completed');
    assert.match(String(completed.reference), /^\d{10}$/);
    assert.deepEqual(await customer.balance(), { available: 1_000_000, held: 0 });
    const { items } = await until(async () => {
      const told = await dataOf(customer.get('/events'));
      return told.items.length === 2 ? told : undefined;
    });
    assert.deepEqual(
      items.map(({ type, data }) => [type, data]),
      [
        ['credits.added', { amount: 1_000 }],
        [
          'payment.completed',
          {
            uuid: created.uuid,
            order_number: created.order_number,
            state: 'completed',
            amount: 18_000,
            currency: 'TZS',
            credits: 1_000,
            package_uuid: offer.uuid,
            reference: completed.reference,
            failure_code: null,
          },
        ],
      ],
    );
  });

  it('sells a number of credits by tier: the gap of a 402, for one', async () => {
    const poor = await host.open({ credits: 0 });
    const refused = await poor.post('/messages/batch', {
      messages: Array.from({ length: 150 }, () => ({ to: '+255712345678', message: 'Habari' })),
    });
    assert.equal(refused.status, 402);
    const { shortfall } = (refused.body as { details: { shortfall: number } }).details;
    assert.equal(shortfall, 150);
    assert.deepEqual(await dataOf(poor.post('/packages/price', { credits: shortfall })), {
      credits: 150,
      amount: 2_700,
      currency: 'TZS',
      unit_price: 18,
      tier: 'Lite',
      tier_from_credits: 1,
      tier_to_credits: 49_999,
    });
    const payment = await dataOf(poor.post('/payments', { credits: shortfall, phone: '+255 744 963 858' }));
    assert.deepEqual([payment.amount, payment.credits, payment.tier, payment.unit_price], [2_700, 150, 'Lite', 18]);
    assert.deepEqual(payment.buyer, { name: 'Duka', email: 'duka@example.com' });
    await untilEnded(poor, payment.uuid, 'completed');
    assert.equal((await poor.balance()).available, 150_000);
  });

  describe('for a campaign that lacks credit', () => {
    const numbers = Array.from({ length: 120 }, (_, n) => `+25571230${String(1_000 + n)}`);
    const draftOf = (by: Customer): Promise<Shown> =>
      dataOf(by.post('/campaigns', { name: 'May Promo', message: 'Habari', numbers }));
    const send = (by: Customer, { uuid }: Shown, body: object) => by.post(`/campaigns/${uuid}/send`, body);
    const asking = { on_shortfall: 'request_payment', phone: '0744963858' };
    const untilState = (by: Customer, { uuid }: Shown, state: string): Promise<Shown> =>
      until(async () => {
        const campaign = await dataOf(by.get(`/campaigns/${uuid}`));
        return campaign.state === state ? campaign : undefined;
      });

    it('ask for what is missing; it waits, and starts by itself when that is paid', async () => {
      const poor = await host.open({ credits: 20_000 });
      const campaign = await draftOf(poor);
      const refused = await send(poor, campaign, { on_shortfall: 'refuse' }).expect(402);
      assert.deepEqual((refused.body as { details: unknown }).details, { needed: 120, available: 20, shortfall: 100 });
      const once = () => send(poor, campaign, asking).set('idempotency-key', 'may').expect(200);
      const { body } = await once();
      const { data: sent } = body as { data: Shown };
      const payment = await dataOf(poor.get(`/payments/${String(sent.payment_uuid)}`));
      assert.deepEqual([payment.credits, payment.amount, payment.phone], [100, 1_800, '+255744963858']);
      const done = await untilState(poor, campaign, 'completed');
      assert.deepEqual([done.status, done.payment_uuid], ['completed', payment.uuid]);
      assert.deepEqual((await once()).body, body);
      assert.deepEqual(await poor.balance().then(({ available }) => available), 0);
      const { items } = await dataOf(poor.get('/events'));
      const waited = items.find(({ type }) => type === 'campaign.awaiting_funds');
      assert.deepEqual(waited?.data, {
        campaign_uuid: campaign.uuid,
        name: 'May Promo',
        state: 'awaiting_funds',
        reason: null,
        recipient_count: 120,
        sent: 0,
        delivered: 0,
        failed: 0,
      });
    });

    it('are shown while they wait, and end it when they come to nothing', async () => {
      const poor = await host.open({ credits: 0 });
      const campaign = await draftOf(poor);
      const waiting = await dataOf(send(poor, campaign, { ...asking, phone: '0744963904', name: 'Asha' }));
      assert.deepEqual(
        [waiting.status, waiting.state, waiting.queued_at, waiting.progress],
        ['draft', 'awaiting_funds', null, null],
      );
      const again = await send(poor, campaign, asking).expect(409);
      assert.deepEqual((again.body as { details: unknown }).details, { payment_uuid: waiting.payment_uuid });
      assert.equal((await dataOf(poor.post(`/campaigns/${campaign.uuid}/cancel`))).state, 'cancelled');
      const other = await draftOf(poor);
      const { payment_uuid: declined } = await dataOf(send(poor, other, { ...asking, phone: '0744963902' }));
      // What is declined is never called back.
      await until(async () => {
        const { state } = await host.sms.payments.check(poor.accountId, String(declined));
        return state === 'failed' ? true : undefined;
      });
      const failed = await untilState(poor, other, 'draft');
      assert.equal(failed.reason, 'payment_failed');
      const error = await refusalOf(send(poor, other, { ...asking, phone: '0744963901' }), 400);
      assert.equal(error.code, 'upstream_rejected');
      assert.equal((await dataOf(poor.get(`/campaigns/${other.uuid}`))).reason, 'payment_failed');
    });

    it('are asked for by whoever may, and of a phone', async () => {
      const poor = await host.open({ credits: 0 });
      const campaign = await draftOf(poor);
      await refusalOf(send(poor, campaign, { on_shortfall: 'request_payment' }));
      await refusalOf(send(poor, campaign, { on_shortfall: 'pray', phone: asking.phone }));
      await refusalOf(send(poor, campaign, { phone: asking.phone }));
      assert.equal((await refusalOf(send(poor, campaign, { ...asking, phone: '123' }))).code, 'number_invalid');
      const sender = await poor.withScopes('campaigns');
      assert.equal((await refusalOf(send(sender, campaign, asking), 403)).code, 'scope_missing');
      assert.equal((await dataOf(poor.get(`/campaigns/${campaign.uuid}`))).state, 'draft');
      assert.equal((await dataOf(poor.get('/payments'))).total, 0);
    });
  });

  it('answers a repeat with the payment of the first request', async () => {
    const body = { credits: 100, phone: '0744963904' };
    const ask = (sent: object) => customer.post('/payments', sent).set('idempotency-key', 'pay-1');
    const placed = simulated.placed();
    const first = await ask(body).expect(200);
    const again = await ask(body).expect(200);
    assert.equal((again.body as { data: Shown }).data.uuid, (first.body as { data: Shown }).data.uuid);
    assert.deepEqual([first.headers['idempotent-replayed'], again.headers['idempotent-replayed']], [undefined, 'true']);
    assert.equal((await refusalOf(ask({ ...body, credits: 200 }), 422)).code, 'idempotency_mismatch');
    assert.equal(simulated.placed(), placed + 1);
  });

  it('lists payments, and shows one with its history, to its owner alone', async () => {
    const [mine, stranger] = [await host.open({ credits: 0 }), await host.open({ credits: 0 })];
    const { uuid } = await dataOf(mine.post('/payments', { credits: 100, phone: '0744963111' }));
    await untilEnded(mine, uuid, 'completed');
    const { items, total } = await dataOf(mine.get('/payments?state=completed&page_size=5'));
    assert.deepEqual([total, items.map((payment) => payment.uuid)], [1, [uuid]]);
    assert.equal((await dataOf(mine.get('/payments?state=expired'))).total, 0);
    const { history } = await dataOf(mine.get(`/payments/${uuid}`));
    assert.equal(history.at(0)?.state, 'created');
    assert.deepEqual([history.at(-1)?.state, history.at(-1)?.source], ['completed', 'query']);
    for (const id of [uuid, missing, 'nothing']) {
      assert.equal((await refusalOf(stranger.get(`/payments/${id}`), 404)).code, 'not_found');
    }
    assert.equal((await dataOf(stranger.get('/payments'))).total, 0);
    const offered = await listOf(mine.get('/payments/providers'));
    assert.deepEqual(
      offered.map(({ code, least, most }) => [code, least, most]),
      [
        ['vodacom', 1_000, 1_000_000],
        ['tigo', 1_000, 1_000_000],
        ['airtel', 1_000, 1_000_000],
        ['halotel', 1_000, 500_000],
      ],
    );
  });

  it('refuses what cannot be meant, with a sentence', async () => {
    const refusal = async (body: object, status = 400): Promise<[string, string]> => {
      const { code, error } = await refusalOf(customer.post('/payments', body), status);
      return [code, error];
    };
    const phone = '0744963858';
    assert.deepEqual(await refusal({ credits: 100 }), ['invalid_request', 'phone is required']);
    assert.deepEqual(await refusal({ credits: 0, phone }), ['invalid_request', 'credits must be at least 0.001']);
    assert.deepEqual(await refusal({ credits: 0.12345, phone }), [
      'invalid_request',
      'credits must have at most three decimals',
    ]);
    assert.deepEqual(await refusal({ credits: 99, phone }), ['invalid_request', 'credits must be at least 100']);
    assert.equal((await refusal({ phone }))[0], 'invalid_request');
    assert.equal((await refusal({ package_uuid: missing, phone }, 404))[0], 'not_found');
    assert.equal((await refusal({ credits: 100, phone: '0222123456' }))[0], 'number_invalid');
    assert.equal((await refusal({ credits: 100, phone, colour: 1 }))[1], 'unknown field: colour');
    assert.equal((await refusal({ credits: 100, phone: '0744963901' }))[0], 'upstream_rejected');
    const limited = await customer.withScopes('messages');
    await limited.post('/payments', { credits: 100, phone }).expect(403);
    await limited.get('/packages').expect(403);
    await customer.get('/payments?state=nothing').expect(400);
  });

  describe('the wallet’s callback', () => {
    const post = (url: string, body: string, headers: Record<string, string>): Promise<Response> =>
      fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

    it('is refused in the wallet’s words without the key, for another order, and when it is no JSON', async () => {
      const mine = await host.open({ credits: 0 });
      const first = await dataOf(mine.post('/payments', { credits: 100, phone: '0744000904' }));
      const { walletOrderId: other } = await host.sms.payments.get(mine.accountId, first.uuid);
      const { uuid } = await dataOf(mine.post('/payments', { credits: 100, phone: '0744001904' }));
      const { walletOrderId } = await host.sms.payments.get(mine.accountId, uuid);
      const paid = (order: string): string =>
        JSON.stringify({ order_id: order, payment_status: 'COMPLETED', amount: 1e9 });
      const key = { 'x-api-key': apiKey };
      const elsewhere = `${callbackUrl.slice(0, -43)}${'A'.repeat(43)}`;
      const asked: [string, string, Record<string, string>, number, string][] = [
        [callbackUrl, paid(walletOrderId), {}, 401, 'Unauthorized webhook request'],
        [callbackUrl, paid(walletOrderId), { 'x-api-key': 'wrong' }, 401, 'Unauthorized webhook request'],
        [
          callbackUrl,
          paid(walletOrderId),
          { authorization: `Bearer ${mine.token}` },
          401,
          'Unauthorized webhook request',
        ],
        [elsewhere, paid(walletOrderId), key, 404, 'Transaction not found'],
        [callbackUrl, paid(other), key, 404, 'Transaction not found'],
        [callbackUrl, '{"order_id"', key, 400, 'Invalid webhook payload'],
        [callbackUrl, '[]', key, 400, 'Invalid webhook payload'],
        // Known, and not paid: the wallet is asked, and says so.
        [callbackUrl, paid(walletOrderId), key, 200, 'Webhook processed successfully'],
      ];
      for (const [url, body, headers, status, message] of asked) {
        const response = await post(url, body, headers);
        assert.deepEqual([response.status, await response.json()], [status, { success: status === 200, message }]);
      }
      assert.deepEqual(await mine.balance(), { available: 0, held: 0 });
      assert.equal((await dataOf(mine.get(`/payments/${uuid}`))).state, 'pending');
      assert.equal((await post(callbackUrl.replace('/zenopay/', '/other/'), '{}', key)).status, 404);
      assert.equal((await fetch(callbackUrl)).status, 405);
    });
  });
});
