import assert from 'node:assert/strict';
import { dataOf, untilState } from '../../api/api-host.js';
import { HoldingProxy } from '../support/holding-proxy.js';
import { byId, type Called } from '../support/node-call.js';
import { describeNode, failure, jsonOf, only, unusedUrl, type How } from '../support/tried-node.js';

const to = '+255712345678';
const nextDay = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
/** Credits for the suite's thousands of messages, in thousandths. */
const plenty = 100_000_000;

describeNode(
  'messages',
  (tried) => {
    const call = (operation: string, parameters: object = {}, how: How = {}): Promise<Called> =>
      tried.call('message', operation, parameters, how);

    it('sends with every field of the form', async () => {
      const sent = only(
        await call(
          'send',
          {
            to,
            message: 'Habari',
            senderId: { __rl: true, mode: 'name', value: 'MYAPP' },
            additionalFields: {
              clientReference: 'order 7',
              lane: 'otp',
              scheduledAt: `${nextDay}T09:00:00`,
              validitySeconds: 600,
            },
          },
          { timezone: 'Africa/Dar_es_Salaam' },
        ),
      );
      const { client_ref: reference, lane, scheduled_at: scheduled, expires_at: expires, error_reason: reason } = sent;
      assert.deepEqual([reference, lane, reason], ['order 7', 'otp', null]);
      assert.deepEqual([scheduled, expires], [`${nextDay}T06:00:00Z`, `${nextDay}T06:10:00Z`]);
      // n8n takes a field of this name for a failure.
      assert.ok(!('error' in sent));
    });

    it('sends to several numbers at once, and tells which were refused', async () => {
      const called = await call('send', { to: `${to}, 12\n0712345679`, message: 'Habari' });
      assert.equal(called.requests.length, 1);
      assert.deepEqual(
        jsonOf(called).map(({ to: number, status, error_code: code }) => [number, status, code]),
        [
          [to, 'queued', undefined],
          ['12', 'refused', 'number_invalid'],
          ['+255712345679', 'queued', undefined],
        ],
      );
      assert.equal(jsonOf(await call('send', { to: [to, '0712345670'], message: 'x' })).length, 2);
    });

    it('names an item of an execution alike in each of its retries, and a new run otherwise', async () => {
      const send = { to, message: 'Habari' };
      const executionId = '1';
      const first = only(await call('send', send, { executionId }));
      assert.equal(only(await call('send', send, { executionId })).uuid, first.uuid);
      assert.notEqual(only(await call('send', send, { executionId, runIndex: 1 })).uuid, first.uuid);
      assert.notEqual(only(await call('send', send, { executionId: '2' })).uuid, first.uuid);
      const { requests } = await call('send', send, { executionId, items: [{}, {}] });
      assert.deepEqual(
        requests.map(({ key }) => key),
        ['n8n:1:node-1:0:item:0', 'n8n:1:node-1:0:item:1'],
      );
      const key = { additionalFields: { idempotencyKey: 'order 7' } };
      const own = only(await call('send', { ...send, ...key }));
      assert.equal(only(await call('send', { ...send, ...key })).uuid, own.uuid);
    });

    it('keeps its names when a person retries a failed execution', async () => {
      const customData = new Map<string, string>();
      const send = { to: (index: number) => [to, '12'][index], message: 'Habari' };
      const items = [{}, {}];
      await failure(call('send', send, { items, customData }));
      await failure(call('send', send, { items, customData }));
      assert.equal((await dataOf(tried.customer.get('/messages'))).total, 1);
    });

    it('refuses what is not a text rather than sending [object Object]', async () => {
      for (const [message, what] of [[{ a: 1 }, 'object'] as const, [['a'], 'array'] as const]) {
        const { message: sentence, description, context } = await failure(call('send', { to, message }));
        assert.deepEqual([sentence, context.itemIndex], ['"Message" is not a text', 0]);
        assert.match(description ?? '', new RegExp(what));
      }
      assert.equal((await failure(call('send', { to: '', message: 'x' }))).message, '"To" is empty');
      const late = { to, message: 'x', additionalFields: { scheduledAt: 'tomorrow' } };
      assert.equal((await failure(call('send', late))).message, '"Scheduled At" is not a time');
    });

    it('says in the API’s words what it refuses, with the code and the way out', async () => {
      await tried.customer.post('/suppressions', { phone: to }).expect(200);
      const optedOut = await failure(call('send', { to, message: 'Habari' }, { items: [{}] }));
      assert.match(optedOut.message, /^[A-Z].*(stop|opted|wants no)/i);
      assert.match(optedOut.description ?? '', /Suppression: Remove.*opted_out/);
      assert.equal(optedOut.httpCode, '400');
      const poor = await tried.host.open({ credits: 0 });
      const unpaid = await failure(call('send', { to, message: 'Habari' }, { credential: tried.credentialOf(poor) }));
      assert.match(unpaid.description ?? '', /1 credits are missing.*insufficient_balance/);
      const wrong = tried.credentialOf({ token: 'mbs_wrong' });
      assert.match(
        (await failure(call('send', { to, message: 'x' }, { credential: wrong }))).description ?? '',
        /API Token/,
      );
      const nobody = { baseUrl: await unusedUrl(), apiToken: tried.customer.token };
      const silence = await failure(call('send', { to, message: 'x' }, { credential: nobody }));
      assert.equal(silence.message, 'The Ujumbe server did not answer');
      assert.match(silence.description ?? '', /Base URL.*ECONNREFUSED/);
      const other = { baseUrl: tried.host.url, apiToken: tried.customer.token };
      assert.match(
        (await failure(call('get', { messageId: byId('x') }, { credential: other }))).message,
        /no such endpoint|not an Ujumbe/i,
      );
    });

    it('comes back after what the server asks to wait, and not for ever', async () => {
      const proxy = new HoldingProxy(tried.host.url);
      const credential = { baseUrl: `${await proxy.start()}/sms`, apiToken: tried.customer.token };
      let refusals = 0;
      proxy.refuses = () => (refusals++ === 0 ? 429 : undefined);
      only(await call('send', { to, message: 'Habari' }, { credential }));
      assert.equal(proxy.requests.length, 2);
      proxy.refuses = () => 429;
      proxy.retryAfter = '300';
      const refused = await failure(call('send', { to, message: 'Habari' }, { credential }));
      assert.deepEqual([refused.httpCode, proxy.requests.length], ['429', 3]);
      await proxy.stop();
    });

    it('sends a thousand items a request, each with its own result', async () => {
      const items = Array.from({ length: 2_500 }, (_, index) => ({ index }));
      const numberOf = (index: number): string => (index === 1_700 ? 'nonsense' : `+25571${String(1_000_000 + index)}`);
      const how = { items, executionId: 'batch' };
      const called = await call('sendBatch', { to: numberOf, message: (index: number) => `Number ${index}` }, how);
      assert.equal(called.requests.length, 3);
      const [output] = called.outputs;
      assert.deepEqual(
        [output?.length, output?.[2_400]?.json.to, output?.[2_400]?.pairedItem],
        [2_500, numberOf(2_400), { item: 2_400 }],
      );
      assert.deepEqual([output?.[1_700]?.json.status, output?.[1_700]?.json.error_code], ['refused', 'number_invalid']);
      assert.equal((await dataOf(tried.customer.get('/messages?page_size=1'))).total, 2_499);
      const again = await call('sendBatch', { to: numberOf, message: (index: number) => `Number ${index}` }, how);
      assert.equal(again.outputs[0]?.[0]?.json.uuid, output?.[0]?.json.uuid);
    });

    it('sends those with other options in a request of their own, and long texts in more requests', async () => {
      await tried.host.sms.accounts.approveSender(tried.customer.accountId, 'OTHER');
      const senders = {
        senderId: (index: number) => ({ __rl: true, mode: 'name', value: index % 2 ? 'OTHER' : 'MYAPP' }),
      };
      const mixed = await call('sendBatch', { to, message: 'x', ...senders }, { items: [{}, {}, {}] });
      assert.equal(mixed.requests.length, 2);
      const long = 'x'.repeat(1_500);
      const items = Array.from({ length: 700 }, () => ({}));
      const many = await call('sendBatch', { to, message: long }, { items });
      assert.deepEqual([many.requests.length, jsonOf(many).length], [2, 700]);
    });

    it('goes on past what fails in a batch where the node does so', async () => {
      const items = [{}, {}, {}];
      const send = {
        to: (index: number) => [to, '12', ''][index],
        message: (index: number) => (index === 2 ? {} : 'x'),
      };
      const { outputs } = await call('sendBatch', send, { items, onError: 'continueRegularOutput' });
      assert.deepEqual(
        outputs[0]?.map(({ json, error }) => [json.code, error?.message !== undefined]),
        [
          [undefined, false],
          ['number_invalid', true],
          [undefined, true],
        ],
      );
      const poor = await tried.host.open({ credits: 1 });
      const credential = tried.credentialOf(poor);
      const unpaid = await call(
        'sendBatch',
        { to, message: 'x' },
        { items, credential, onError: 'continueErrorOutput' },
      );
      assert.ok(unpaid.outputs[0]!.every(({ json }) => json.code === 'insufficient_balance'));
    });

    it('gets one message, many of them by filters, and all of them page by page', async () => {
      const items = Array.from({ length: 230 }, () => ({}));
      await call('sendBatch', { to, message: 'x', additionalFields: { clientReference: 'many' } }, { items });
      const sent = only(await call('send', { to: '0712345671', message: 'one' }));
      const got = only(await call('get', { messageId: byId(sent.uuid as string) }));
      assert.deepEqual([got.uuid, got.history], [sent.uuid, undefined]);
      assert.ok(
        Array.isArray(only(await call('get', { messageId: byId(sent.uuid as string), simplify: false })).history),
      );
      const filters = { clientReference: 'many', createdAfter: '2020-01-01T00:00:00', senderId: 'MYAPP', phone: to };
      const all = await call('getAll', { returnAll: true, filters });
      assert.deepEqual([jsonOf(all).length, all.requests.length], [230, 3]);
      assert.equal(new Set(jsonOf(all).map(({ uuid }) => uuid)).size, 230);
      assert.equal(jsonOf(await call('getAll', { limit: 7 })).length, 7);
      assert.equal(jsonOf(await call('getAll', { filters: { createdBefore: '2020-01-01T00:00:00' } })).length, 0);
    });

    it('cancels, resends and previews', async () => {
      const later = { to, message: 'x', additionalFields: { scheduledAt: `${nextDay}T09:00:00Z` } };
      const { uuid } = only(await call('send', later));
      assert.equal(only(await call('cancel', { messageId: byId(uuid as string) })).state, 'cancelled');
      const how = { executionId: 'resend' };
      const resent = only(await call('resend', { messageId: byId(uuid as string) }, how));
      assert.equal(resent.resend_of, uuid);
      assert.equal(only(await call('resend', { messageId: byId(uuid as string) }, how)).uuid, resent.uuid);
      const failed = only(await call('send', { to: '+255712345902', message: 'x' }));
      await untilState(tried.customer, failed.uuid as string, 'undelivered');
      assert.ok(only(await call('get', { messageId: byId(failed.uuid as string) })).error_code !== undefined);
      assert.equal(only(await call('preview', { message: 'Reçu', to: '' })).parts, 1);
      assert.equal((await failure(call('cancel', { messageId: byId('') }))).message, '"Message" is empty');
    });
  },
  { credits: plenty },
);
