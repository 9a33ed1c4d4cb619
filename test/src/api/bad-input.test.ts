import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { badBodies, to } from './bad-bodies.js';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, listOf, openApiHost, refusalOf, until, type ApiHost, type Customer } from './api-host.js';

describeOnDatabases('API: bad input', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open);
    customer = await host.open();
  });
  after(() => host.close());
  afterEach(async () => {
    assert.deepEqual(host.logged, []);
    assert.deepEqual(await customer.balance(), { available: 100_000, held: 0 });
  });

  for (const { name, body, type = 'application/json', status, code, error } of badBodies) {
    it(`refuses ${name}`, async () => {
      const asked = customer.post('/messages').set('content-type', type).send(body);
      const refusal = await refusalOf(asked, status);
      const answer = await asked;
      assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
      assert.deepEqual(Object.keys(refusal), ['success', 'error', 'code']);
      assert.equal(refusal.success, false);
      assert.equal(refusal.code, code);
      assert.match(refusal.error, error);
      assert.doesNotMatch(answer.text, /\bat (\w+ \(|\/|file:)|node_modules|\.js:/);
    });
  }

  it('hides what another account has', async () => {
    const other = await host.open();
    const message = (await dataOf(other.post('/messages', { to, message: 'x' }))).uuid;
    const webhook = (await dataOf(other.post('/webhooks', { url: 'http://127.0.0.1:9090/' }))).uuid;
    const [token] = await listOf(other.get('/tokens'));
    for (const ask of [
      customer.get(`/messages/${message}`),
      customer.post(`/messages/${message}/resend`),
      customer.delete(`/messages/${message}`),
      customer.get(`/webhooks/${webhook}`),
      customer.patch(`/webhooks/${webhook}`, { description: 'mine' }),
      customer.delete(`/webhooks/${webhook}`),
      customer.post(`/webhooks/${webhook}/rotate-secret`),
      customer.get(`/webhooks/${webhook}/deliveries`),
      customer.post(`/webhooks/${webhook}/deliveries/${message}/replay`),
      customer.delete(`/tokens/${token!.uuid}`),
    ]) {
      assert.equal((await refusalOf(ask, 404)).code, 'not_found');
    }
    assert.equal((await dataOf(customer.get('/messages'))).total, 0);
    await other.get(`/messages/${message}`).expect(200);
  });

  it('finds nothing under ids that are none', async () => {
    for (const id of [
      '1',
      'x'.repeat(3_000),
      '%00',
      '%zz',
      "' OR 1=1",
      '..%2f..',
      '01a1fd3f-2cc1-7000-905c-f7e70dcc1a6',
    ]) {
      for (const path of ['/messages/', '/webhooks/']) await customer.get(path + id).expect(404);
      await customer.delete(`/tokens/${id}`).expect(404);
    }
  });

  it('refuses queries it does not know', async () => {
    for (const [query, error] of [
      ['colour=red', /^unknown field: colour$/],
      ['page=0', /^page must be at least 1$/],
      ['page=x', /^page must be a whole number$/],
      ['page_size=101', /^page_size must be at most 100$/],
      ['page=1&page=2', /^a query parameter is given twice$/],
      ['status=eaten', /^status must be one of queued, sent, delivered, failed$/],
      ['phone=12', /./],
      ['client_ref=%00', /^client_ref must be well-formed/],
      ['sender_id=%00', /^sender_id must be well-formed/],
      ['created_after=yesterday', /^created_after must be an ISO 8601 time/],
      ['__proto__=1', /^unknown field: __proto__$/],
    ] as const) {
      assert.match((await refusalOf(customer.get(`/messages?${query}`))).error, error);
    }
  });

  it('survives clients that leave in the middle of a request', async () => {
    const { hostname, port, pathname } = new URL(host.url);
    const head = `POST ${pathname}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${customer.token}\r\nContent-Type: application/json\r\n`;
    for (const rest of [
      '',
      'Content-Length: 100\r\n\r\n',
      'Content-Length: 100\r\n\r\n{"to":',
      'Content-Length: 9000000\r\n\r\n{',
    ]) {
      const socket = connect(Number(port), hostname);
      await new Promise((resolve) => socket.write(head + rest, resolve));
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
    }
    await until(async () => ((await customer.get('/balance')).status === 200 ? true : undefined));
  });
});
