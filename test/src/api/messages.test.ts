import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, openApiHost, refusalOf, untilState, type ApiHost, type Customer } from './api-host.js';

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const habari = { to: '+255712345678', message: 'Habari' };
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

describeOnDatabases('API: messages', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open);
    customer = await host.open();
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  const send = async (body: object): Promise<string> => (await dataOf(customer.post('/messages', body))).uuid;

  it('sends, and answers as the contract shows', async () => {
    const asked = customer.post('/messages', { ...habari, sender_id: 'MYAPP', client_ref: 'order 7' });
    const data = await dataOf(asked);
    assert.equal((await asked).headers['content-type'], 'application/json; charset=utf-8');
    assert.deepEqual(Object.keys(data).slice(0, 7), [
      'uuid',
      'to',
      'message',
      'sender_id',
      'status',
      'parts',
      'created_at',
    ]);
    const { uuid, created_at: createdAt, ...rest } = data;
    assert.match(uuid, uuidForm);
    assert.match(createdAt, isoTime);
    const expected = { ...habari, sender_id: 'MYAPP', status: 'queued', parts: 1, cost: 1, client_ref: 'order 7' };
    for (const [name, value] of Object.entries(expected)) assert.equal(rest[name], value, name);
    const delivered = await untilState(customer, uuid, 'delivered');
    assert.equal(delivered.status, 'delivered');
    assert.match(String(delivered.sent_at), isoTime);
    assert.match(String(delivered.delivered_at), isoTime);
    assert.deepEqual(
      delivered.history.map(({ state, source }) => `${state} by ${String(source)}`),
      ['queued by api', 'submitted by operator', 'delivered by receipt'],
    );
  });

  it('reads a number as it is written in the country of the account', async () => {
    const { to } = await dataOf(customer.post('/messages', { ...habari, to: '0712 345 678' }));
    assert.equal(to, '+255712345678');
  });

  it('refuses a sender ID that is not the account’s', async () => {
    const answer = await customer.post('/messages', { ...habari, sender_id: 'BANK' }).expect(400);
    assert.equal(answer.body.code, 'sender_unknown');
  });

  it('says what is missing when the credits do not suffice', async () => {
    const poor = await host.open({ credits: 500 });
    const answer = await poor.post('/messages', habari).expect(402);
    assert.deepEqual(answer.body, {
      success: false,
      error: 'insufficient SMS units',
      code: 'insufficient_balance',
      details: { needed: 1, available: 0.5, shortfall: 0.5 },
    });
  });

  it('lists by page, newest first, and by what a message is', async () => {
    const lister = await host.open();
    for (const number of [1, 2, 3]) {
      await lister
        .post('/messages', { to: `+25571234500${number}`, message: 'x', client_ref: `ref ${number}` })
        .expect(200);
    }
    const page = await dataOf(lister.get('/messages?page=2&page_size=2'));
    assert.deepEqual([page.page, page.page_size, page.total, page.total_pages], [2, 2, 3, 2]);
    assert.deepEqual(
      page.items.map(({ to }) => to),
      ['+255712345001'],
    );
    const refsOf = async (query: string): Promise<string[]> =>
      (await dataOf(lister.get(`/messages?${query}`))).items.map((item) => String(item.client_ref));
    assert.deepEqual(await refsOf(''), ['ref 3', 'ref 2', 'ref 1']);
    assert.deepEqual(await refsOf('phone=+255712345002'), ['ref 2']);
    assert.deepEqual(await refsOf('phone=0712345002'), ['ref 2']);
    assert.deepEqual(await refsOf('client_ref=ref%203'), ['ref 3']);
    assert.deepEqual(await refsOf('sender_id=OTHER'), []);
    assert.deepEqual(await refsOf('status=failed'), []);
    assert.deepEqual(await refsOf(`created_before=2020-01-01T00:00:00Z`), []);
    assert.equal((await refsOf(`created_after=2020-01-01T00:00:00Z`)).length, 3);
  });

  it('sends a failed message again as a new one, and no other', async () => {
    const failed = await send({ ...habari, to: '+255712345902' });
    await untilState(customer, failed, 'undelivered');
    const resend = () => customer.post(`/messages/${failed}/resend`).set('idempotency-key', 'again');
    const asked = resend();
    const again = await dataOf(asked);
    assert.notEqual(again.uuid, failed);
    assert.equal(again.resend_of, failed);
    await untilState(customer, again.uuid, 'undelivered');
    const repeated = await resend().expect(200);
    assert.equal(repeated.text, (await asked).text);
    assert.equal(repeated.headers['idempotent-replayed'], 'true');

    const delivered = await send(habari);
    await untilState(customer, delivered, 'delivered');
    const refused = await customer.post(`/messages/${delivered}/resend`).expect(400);
    assert.deepEqual(refused.body, {
      success: false,
      error: 'only failed messages can be resent',
      code: 'not_failed',
    });
  });

  it('takes back a message that has not left, and gives its credit back', async () => {
    const planner = await host.open();
    const { uuid, state } = await dataOf(planner.post('/messages', { ...habari, scheduled_at: inAnHour() }));
    assert.equal(state, 'scheduled');
    assert.deepEqual(await planner.balance(), { available: 99_000, held: 1_000 });
    const cancelled = await dataOf(planner.delete(`/messages/${uuid}`));
    assert.deepEqual([cancelled.state, cancelled.status], ['cancelled', 'failed']);
    assert.deepEqual(await planner.balance(), { available: 100_000, held: 0 });
    assert.equal((await refusalOf(planner.delete(`/messages/${uuid}`), 409)).code, 'conflict');
  });

  it('answers a repeated request byte for byte, and charges it once', async () => {
    const careful = await host.open();
    const sendWith = (body: object) => careful.post('/messages', body).set('idempotency-key', 'order-7');
    const first = await refusalOf(sendWith({ ...habari, scheduled_at: '2099-01-01T00:00:00Z' }));
    assert.match(first.error, /scheduled_at/, 'what was refused is not kept');
    const sent = sendWith(habari);
    const { uuid } = await dataOf(sent);
    const accepted = await sent;
    assert.equal(accepted.headers['idempotent-replayed'], undefined);
    await untilState(careful, uuid, 'delivered');
    const repeated = await sendWith({ message: habari.message, to: habari.to }).expect(200);
    assert.equal(repeated.text, accepted.text);
    assert.equal(repeated.headers['idempotent-replayed'], 'true');
    assert.equal((await refusalOf(sendWith({ ...habari, message: 'Other' }), 422)).code, 'idempotency_mismatch');
    assert.deepEqual(await careful.balance(), { available: 99_000, held: 0 });
    await careful.post('/messages', habari).set('idempotency-key', 'x'.repeat(256)).expect(400);
  });
});
