import assert from 'node:assert/strict';
import { simulatedWallet } from '@ujumbe/core';
import type { IDataObject } from 'n8n-workflow';
import { dataOf, until } from '../../api/api-host.js';
import { byId, type Called } from '../support/node-call.js';
import { describeNode, failure, jsonOf, only, options, search, type How } from '../support/tried-node.js';

/** Phones as the simulated wallet has them: paid, refused from the start, cancelled by the payer. */
const payer = '+255744963858';
const refused = '+255744963901';
const canceller = '+255744963903';

describeNode(
  'payments',
  (tried) => {
    let starter: string;
    before(async () => {
      const details = { name: 'Starter', credits: 1_000_000, price: 1_800_000, currency: 'TZS' };
      starter = (await tried.host.sms.packages.create(details)).id;
    });

    const call = (operation: string, parameters: object = {}, how: How = {}): Promise<Called> =>
      tried.call('payment', operation, parameters, how);
    const request = (phone: string, parameters: object = {}, how: How = {}): Promise<Called> =>
      call('request', { phone, packageId: byId(starter), ...parameters }, how);
    const ended = (uuid: unknown): Promise<IDataObject> =>
      until(async () => {
        const payment = only(await call('get', { paymentId: byId(uuid as string) }));
        return payment.ended_at === null ? undefined : payment;
      });

    it('has a phone asked for the price of a package, and tells that it was paid', async () => {
      const additionalFields = { buyerName: 'Asha', buyerEmail: 'asha@example.com', provider: 'vodacom' };
      const requested = only(await request('0744963858', { additionalFields }));
      assert.deepEqual(
        [requested.amount, requested.currency, requested.credits, requested.phone, requested.provider],
        [18_000, 'TZS', 1_000, payer, 'vodacom'],
      );
      assert.deepEqual(requested.buyer, { name: 'Asha', email: 'asha@example.com' });
      // n8n takes a field of this name for a failure.
      assert.deepEqual(['error' in requested, requested.error_reason], [false, null]);
      const paid = await ended(requested.uuid);
      assert.deepEqual([paid.state, paid.history, paid.error_reason], ['completed', undefined, null]);
      const whole = only(await call('get', { paymentId: byId(requested.uuid as string), simplify: false }));
      assert.ok(Array.isArray(whole.history));
      assert.equal((await tried.customer.balance()).available, 1_100_000);
    });

    it('asks for a number of credits, priced by tier', async () => {
      const requested = only(await request(payer, { buy: 'credits', credits: 500, packageId: byId('') }));
      assert.deepEqual([requested.credits, requested.amount, requested.package_uuid], [500, 9_000, null]);
    });

    it('asks a phone once in an execution that is retried', async () => {
      const how = { executionId: 'same' };
      const first = only(await request(payer, {}, how));
      assert.equal(only(await request(payer, {}, how)).uuid, first.uuid);
      assert.equal((await dataOf(tried.customer.get('/payments'))).total, 1);
      await ended(first.uuid);
    });

    it('says what is refused and why, and goes on with the others where it is told to', async () => {
      const wallet = await failure(request(refused));
      assert.match(wallet.description ?? '', /upstream_rejected/);
      assert.equal((await failure(request(payer, { packageId: byId('') }))).message, '"Package" is empty');
      const none = await failure(request(payer, { buy: 'credits', credits: 0 }));
      assert.equal(none.message, '"Credits" is not a number above 0');
      const missing = byId('01890000-0000-7000-8000-000000000000');
      assert.deepEqual((await failure(request(payer, { packageId: missing }))).httpCode, '404');
      assert.equal((await failure(call('get', { paymentId: missing }))).message, 'Payment not found');
      const sender = await tried.customer.withScopes('messages');
      const unscoped = await failure(request(payer, {}, { credential: tried.credentialOf(sender) }));
      assert.match(unscoped.description ?? '', /scope_missing/);
      const { outputs } = await request(
        '',
        { phone: (index: number) => ['12', payer][index] },
        {
          items: [{}, {}],
          onError: 'continueRegularOutput',
        },
      );
      assert.deepEqual(
        outputs[0]?.map(({ json, pairedItem }) => [json.code ?? json.phone, pairedItem]),
        [
          ['number_invalid', { item: 0 }],
          [payer, { item: 1 }],
        ],
      );
      await ended(outputs[0][1]!.json.uuid);
    });

    it('gets many, by where they stand', async () => {
      const paid = only(await request(payer));
      const cancelled = only(await request(canceller));
      await Promise.all([ended(paid.uuid), ended(cancelled.uuid)]);
      const uuids = (called: Called): unknown[] => jsonOf(called).map(({ uuid }) => uuid);
      assert.deepEqual(uuids(await call('getAll', { returnAll: true })), [cancelled.uuid, paid.uuid]);
      assert.deepEqual(uuids(await call('getAll', { filters: { state: 'cancelled' } })), [cancelled.uuid]);
      assert.deepEqual(uuids(await call('getAll', { limit: 1 })), [cancelled.uuid]);
      const whole = only(await call('getAll', { limit: 1, simplify: false }));
      assert.equal(whole.wallet, 'simulated');
    });

    it('offers packages, payments and providers in its form', async () => {
      assert.deepEqual((await search(tried, 'searchPackages', 'start')).results, [
        { name: 'Starter: 1000 credits, 18000 TZS', value: starter },
      ]);
      assert.deepEqual((await search(tried, 'searchPackages', 'other')).results, []);
      const { uuid, order_number: order } = only(await request(payer));
      await ended(uuid);
      assert.deepEqual((await search(tried, 'searchPayments', '963858')).results, [
        { name: `${order as string} · ${payer} · 18000 TZS · completed`, value: uuid },
      ]);
      const [vodacom] = await options(tried, 'getProviders');
      assert.deepEqual(Object.keys(vodacom ?? {}), ['name', 'value', 'description']);
      assert.match(vodacom?.description ?? '', /^\d+ to \d+ TZS at a time$/);
    });
  },
  {
    sms: () => ({
      payments: {
        wallets: [simulatedWallet({ delayMs: 20 })],
        schedule: { soonEveryMs: 100 },
        buyerEmail: 'duka@example.com',
      },
    }),
  },
);
