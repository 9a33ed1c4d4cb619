import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { describeOnDatabases } from '../support/databases.js';
import {
  dataOf,
  listen,
  listOf,
  openApiHost,
  portOf,
  refusalOf,
  until,
  type ApiHost,
  type Customer,
  type Shown,
} from './api-host.js';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

describeOnDatabases('API: webhooks', (open) => {
  let host: ApiHost;
  let customer: Customer;
  let receiver: Server;
  const received: Received[] = [];
  let url: string;

  before(async () => {
    host = await openApiHost(open);
    receiver = await listen(
      createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
          response.writeHead(204).end();
        });
      }),
    );
    url = `http://127.0.0.1:${portOf(receiver)}/hook`;
  });
  beforeEach(async () => {
    received.length = 0;
    customer = await host.open();
  });
  after(async () => {
    await host.close();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });
  afterEach(() => assert.deepEqual(host.logged, []));

  const create = (body: object = {}): Promise<Shown> => dataOf(customer.post('/webhooks', { url, ...body }));

  it('creates, lists, gets, changes and deletes', async () => {
    const { secret, ...webhook } = await create({ events: ['message.delivered'], description: 'mine' });
    assert.match(secret, /^whsec_/);
    assert.deepEqual(
      [webhook.url, webhook.events, webhook.description, webhook.state],
      [url, ['message.delivered'], 'mine', 'active'],
    );
    assert.deepEqual(await dataOf(customer.get(`/webhooks/${webhook.uuid}`)), webhook);
    assert.deepEqual(await listOf(customer.get('/webhooks')), [webhook]);
    const changed = await dataOf(customer.patch(`/webhooks/${webhook.uuid}`, { description: null, state: 'disabled' }));
    assert.deepEqual([changed.description, changed.state, changed.url], [null, 'disabled', url]);
    const put = (await customer.put(`/webhooks/${webhook.uuid}`, { events: ['*'], state: 'active' }).expect(200)).body
      .data;
    assert.deepEqual([put.events, put.state], [['*'], 'active']);
    assert.deepEqual(await dataOf(customer.delete(`/webhooks/${webhook.uuid}`)), { deleted: true });
    assert.equal((await refusalOf(customer.get(`/webhooks/${webhook.uuid}`), 404)).error, 'webhook not found');
  });

  it('posts signed events, shows each attempt, and sends one again', async () => {
    const { uuid, secret } = await create({ events: ['message.delivered'] });
    const sent = await dataOf(customer.post('/messages', { to: '+255712345678', message: 'Habari' }));
    const [{ headers, body }] = await until(() => (received.length > 0 ? (received as [Received]) : undefined));
    const event = new Webhook(secret).verify(body, headers as Record<string, string>) as { data: { uuid: string } };
    assert.equal(event.data.uuid, sent.uuid);
    const delivery = await until(async () => {
      const { items } = await dataOf(customer.get(`/webhooks/${uuid}/deliveries`));
      const [newest] = items;
      return newest?.state === 'succeeded' ? newest : undefined;
    });
    assert.deepEqual(
      [delivery.webhook_uuid, delivery.event_type, delivery.attempts, delivery.last_status, delivery.log.length],
      [uuid, 'message.delivered', 1, 204, 1],
    );
    await customer.post(`/webhooks/${uuid}/deliveries/${delivery.uuid}/replay`).expect(200);
    await until(() => (received.length > 1 ? true : undefined));
    assert.equal(received[1]!.headers['webhook-id'], headers['webhook-id']);
  });

  it('makes a new secret beside which the old one signs', async () => {
    const { uuid, secret } = await create({ events: ['message.accepted'] });
    const rotated = await dataOf(customer.post(`/webhooks/${uuid}/rotate-secret`));
    assert.match(rotated.secret, /^whsec_/);
    assert.notEqual(rotated.secret, secret);
    await customer.post('/messages', { to: '+255712345678', message: 'Habari' }).expect(200);
    const { headers, body } = await until(() => received[0]);
    for (const known of [secret, rotated.secret]) new Webhook(known).verify(body, headers as Record<string, string>);
  });

  it('gives a repeated create the same webhook and secret', async () => {
    const ask = () => customer.post('/webhooks', { url }).set('idempotency-key', 'webhook-1').expect(200);
    assert.equal((await ask()).text, (await ask()).text);
    assert.equal((await listOf(customer.get('/webhooks'))).length, 1);
  });

  it('refuses addresses and events that are none', async () => {
    const refusal = async (body: object): Promise<string> => (await refusalOf(customer.post('/webhooks', body))).error;
    assert.equal(await refusal({}), 'url is required');
    assert.match(await refusal({ url: 'http://10.0.0.1/' }), /private/);
    assert.match(await refusal({ url: 'nonsense' }), /URL/);
    assert.match(await refusal({ url, events: ['message.eaten'] }), /unknown name/);
    assert.equal(await refusal({ url, events: 'message.delivered' }), 'events must be an array');
    assert.equal(await refusal({ url, secret: 'x' }), 'unknown field: secret');
    const { uuid } = await create();
    assert.match((await refusalOf(customer.patch(`/webhooks/${uuid}`, { state: 'paused' }))).error, /^state must be/);
    await customer.post(`/webhooks/${uuid}/deliveries/${uuid}/replay`).expect(404);
  });
});
