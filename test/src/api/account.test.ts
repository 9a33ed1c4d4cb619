import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, listOf, openApiHost, refusalOf, type ApiHost, type Customer } from './api-host.js';

describeOnDatabases('API: balance, sender IDs, preview', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open);
    customer = await host.open({ credits: 12_345 });
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  it('tells the balance in credits', async () => {
    const answer = await customer.get('/balance').expect(200);
    assert.deepEqual(answer.body.data, {
      available: 12.345,
      held: 0,
      captured: 0,
      unit: 'credits',
      currency: 'TZS',
      low_below: null,
    });
    assert.equal(answer.headers['cache-control'], 'no-store');
  });

  it('lists the SMPP sessions that the account has bound here', async () => {
    const session = {
      id: 's1',
      bind: 'transceiver' as const,
      remoteAddress: '10.0.0.7',
      tls: true,
      boundAt: 0,
      segmentsPerSecond: 50,
      windowInFlight: 1,
      unanswered: 2,
      submitted: 3,
      refused: 4,
      told: 5,
    };
    host.sms.esme.listSessionsFrom((accountId) => (accountId === customer.accountId ? [session] : []));
    const { items, waiting } = await dataOf(customer.get('/smpp/sessions'));
    assert.equal(waiting, 0);
    assert.deepEqual(items, [
      {
        id: 's1',
        bind: 'transceiver',
        remote_address: '10.0.0.7',
        tls: true,
        bound_at: '1970-01-01T00:00:00.000Z',
        segments_per_second: 50,
        window_in_flight: 1,
        unanswered: 2,
        submitted: 3,
        refused: 4,
        told: 5,
      },
    ]);
    const stranger = await host.open();
    assert.deepEqual((await dataOf(stranger.get('/smpp/sessions'))).items, []);
    host.sms.esme.listSessionsFrom(undefined);
    assert.deepEqual((await dataOf(customer.get('/smpp/sessions'))).items, []);
  });

  it('lists the sender IDs', async () => {
    await host.sms.accounts.approveSender(customer.accountId, 'OTHER');
    const senders = await listOf(customer.get('/sender-ids'));
    const named = senders.map(({ name, state, is_default: isDefault }) => [name, state, isDefault]);
    assert.deepEqual(named.sort(), [
      ['MYAPP', 'approved', true],
      ['OTHER', 'approved', false],
    ]);
    await customer.post('/messages', { to: '+255712345678', message: 'x', sender_id: senders[0]!.uuid }).expect(200);
  });

  it('names the characters that make a text dear, and what they cost', async () => {
    const payer = await host.open();
    await host.sms.accounts.setPrice({ accountId: payer.accountId, prefix: '237', credits: 2_500 });
    const message = `Reçu, merci. ${'a'.repeat(80)}`;
    const data = await dataOf(payer.post('/preview', { message, to: '+237671234567' }));
    assert.deepEqual(data, {
      encoding: 'ucs2',
      units: 93,
      parts: 2,
      cost: 5,
      culprits: [{ character: 'ç', positions: [2], replacement: 'c' }],
      gsm7: { message: message.replace('ç', 'c'), parts: 1 },
      saved: { parts: 1, cost: 2.5 },
    });
    const plain = await dataOf(customer.post('/preview', { message: 'Habari' }));
    assert.deepEqual([plain.encoding, plain.parts, plain.culprits, plain.gsm7], ['gsm7', 1, [], null]);
  });

  it('refuses a preview of nothing, of too much, and for no number', async () => {
    const refusal = async (body: object): Promise<string[]> => {
      const { code, error } = await refusalOf(customer.post('/preview', body));
      return [code, error];
    };
    assert.deepEqual(await refusal({ message: '' }), ['message_empty', 'message is required']);
    assert.deepEqual(await refusal({}), ['invalid_request', 'message is required']);
    assert.deepEqual(await refusal({ message: 'x'.repeat(900_000) }), [
      'invalid_request',
      'message must have at most 20000 characters',
    ]);
    assert.equal((await refusal({ message: 'x', to: '12' }))[0], 'number_invalid');
  });

  it('answers HEAD as GET without the body, OPTIONS and wrong methods with what is allowed', async () => {
    const ask = (method: string) => fetch(`${host.url}/balance`, { method, headers: { 'x-api-key': customer.token } });
    const head = await ask('HEAD');
    assert.equal(head.status, 200);
    assert.equal(head.headers.get('content-length'), (await ask('GET')).headers.get('content-length'));
    assert.equal(await head.text(), '');
    const options = await ask('OPTIONS');
    assert.deepEqual([options.status, options.headers.get('allow')], [204, 'GET, PATCH, HEAD, OPTIONS']);
    const post = await ask('POST');
    assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, PATCH, HEAD, OPTIONS']);
    assert.equal((await refusalOf(customer.get('/nothing'), 404)).code, 'not_found');
  });
});
