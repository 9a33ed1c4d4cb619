import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { simulatedWallet } from '@ujumbe/core';
import { Receiver, verified } from '../contracts/receiver.js';
import { describeOnDatabases } from '../support/databases.js';
import {
  dataOf,
  listOf,
  openApiHost,
  refusalOf,
  until,
  untilState,
  type ApiHost,
  type Customer,
  type Shown,
} from './api-host.js';

/** Numbers the simulated operator delivers to, rejects, and never says anything of again. */
const delivered = '+255712345678';
const undelivered = '+255712345902';
const silent = '+255712345904';

/** Phones whose owners pay, say no, and never answer, as the simulated wallet has it. */
const payer = '+255744963858';
const decliner = '+255744963903';
const sleeper = '+255744963904';

describeOnDatabases('API: watches', (open) => {
  let host: ApiHost;
  let customer: Customer;
  let receiver: Receiver;
  let paths = 0;

  before(async () => {
    host = await openApiHost(open, {}, { payments: { wallets: [simulatedWallet()], schedule: { soonEveryMs: 100 } } });
    receiver = new Receiver();
    await receiver.up();
  });
  beforeEach(async () => (customer = await host.open()));
  after(async () => {
    await host.close();
    await receiver.down();
  });
  afterEach(() => assert.deepEqual(host.logged, []));

  const send = async (to: string): Promise<string> =>
    (await dataOf(customer.post('/messages', { to, message: 'Habari' }))).uuid;
  const newPath = (): string => `/watch/${++paths}`;
  const watch = (uuids: string[], path: string, seconds = 600) =>
    customer.post('/watches', { url: receiver.url(path), message_uuids: uuids, within_seconds: seconds });
  const firstPost = (path: string) => until(() => receiver.to(path)[0]);

  it('tells once, when the last of its messages is settled', async () => {
    const path = newPath();
    const uuids = [await send(delivered), await send(undelivered)];
    const made = await dataOf(watch(uuids, path));
    const told = verified(await firstPost(path), made.secret);
    assert.deepEqual(
      [told.type, told.account_uuid, told.data],
      ['watch.ended', customer.accountId, { uuid: made.uuid }],
    );
    const { state, messages, url } = await dataOf(customer.get(`/watches/${made.uuid}`));
    assert.deepEqual([state, url], ['settled', receiver.url(path)]);
    assert.deepEqual(
      messages.map(({ uuid, state: at }) => [uuid, at]),
      [
        [uuids[0], 'delivered'],
        [uuids[1], 'undelivered'],
      ],
    );
    await sleep(100);
    assert.equal(receiver.to(path).length, 1);
  });

  it('waits for every one, and tells at the end of its time of those that are not settled', async () => {
    const path = newPath();
    const uuids = [await send(delivered), await send(silent)];
    const { uuid } = await dataOf(watch(uuids, path, 2));
    await untilState(customer, uuids[0]!, 'delivered');
    assert.equal((await dataOf(customer.get(`/watches/${uuid}`))).state, 'waiting');
    assert.equal(receiver.to(path).length, 0);
    await firstPost(path);
    assert.equal((await dataOf(customer.get(`/watches/${uuid}`))).state, 'timed_out');
  });

  it('tells at once of messages that are settled already', async () => {
    const uuid = await send(delivered);
    await untilState(customer, uuid, 'delivered');
    const path = newPath();
    assert.equal((await dataOf(watch([uuid, uuid.toUpperCase()], path))).state, 'settled');
    await firstPost(path);
  });

  it('waits for payments as for messages', async () => {
    const pay = async (phone: string): Promise<string> =>
      (await dataOf(customer.post('/payments', { credits: 500, phone, email: 'a@example.com' }))).uuid;
    const uuids = [await pay(payer), await pay(decliner)];
    const path = newPath();
    const body = { url: receiver.url(path), message_uuids: [await send(delivered)], payment_uuids: uuids };
    const made = await dataOf(customer.post('/watches', { ...body, within_seconds: 600 }));
    verified(await firstPost(path), made.secret);
    const { state, messages, payments } = await dataOf(customer.get(`/watches/${made.uuid}`));
    assert.deepEqual([state, messages[0]?.state], ['settled', 'delivered']);
    assert.deepEqual(
      (payments as Shown[]).map(({ uuid, state: at }) => [uuid, at]),
      [
        [uuids[0], 'completed'],
        [uuids[1], 'cancelled'],
      ],
    );
    const late = newPath();
    const open = { url: receiver.url(late), payment_uuids: [await pay(sleeper)], within_seconds: 1 };
    const { uuid } = await dataOf(customer.post('/watches', open));
    assert.equal((await dataOf(customer.get(`/watches/${uuid}`))).state, 'waiting');
    await firstPost(late);
    assert.equal((await dataOf(customer.get(`/watches/${uuid}`))).state, 'timed_out');
    const stranger = await host.open();
    const foreign = await refusalOf(stranger.post('/watches', { ...open, payment_uuids: uuids }), 404);
    assert.equal(foreign.error, 'payment not found');
  });

  it('is asked for twice with one key and made once', async () => {
    const uuid = await send(silent);
    const path = newPath();
    const ask = () => watch([uuid], path).set('idempotency-key', 'watch-1').expect(200);
    assert.equal((await ask()).text, (await ask()).text);
  });

  it('is no subscription', async () => {
    const { uuid } = await dataOf(watch([await send(silent)], newPath()));
    assert.deepEqual(await listOf(customer.get('/webhooks')), []);
    await customer.get(`/webhooks/${uuid}`).expect(404);
    await customer.delete(`/webhooks/${uuid}`).expect(404);
    const webhook = await dataOf(customer.post('/webhooks', { url: receiver.url('/other') }));
    await customer.get(`/watches/${webhook.uuid}`).expect(404);
  });

  it('tells nothing once it is deleted', async () => {
    const path = newPath();
    const { uuid } = await dataOf(watch([await send(silent)], path, 1));
    assert.deepEqual(await dataOf(customer.delete(`/watches/${uuid}`)), { deleted: true });
    await customer.get(`/watches/${uuid}`).expect(404);
    await sleep(1_700);
    assert.equal(receiver.to(path).length, 0);
  });

  it('is refused for others’ messages and watches, for private addresses and for too much', async () => {
    const uuid = await send(silent);
    const stranger = await host.open();
    const { uuid: watchUuid } = await dataOf(watch([uuid], newPath()));
    await stranger.get(`/watches/${watchUuid}`).expect(404);
    await stranger.delete(`/watches/${watchUuid}`).expect(404);
    const url = receiver.url('/never');
    const refusal = async (by: Customer, changes: object): Promise<string> =>
      (await refusalOf(by.post('/watches', { url, message_uuids: [uuid], within_seconds: 60, ...changes }))).error;
    const foreign = stranger.post('/watches', { url, message_uuids: [uuid], within_seconds: 60 });
    assert.equal((await refusalOf(foreign, 404)).error, 'message not found');
    assert.match(await refusal(customer, { url: 'http://10.0.0.1/' }), /private/);
    assert.match(await refusal(customer, { message_uuids: [] }), /at least 1 item/);
    assert.match(await refusal(customer, { message_uuids: undefined }), /1 to 1000 messages and payments/);
    assert.match(await refusal(customer, { message_uuids: Array(1_001).fill(uuid) }), /at most 1000 items/);
    assert.match(await refusal(customer, { within_seconds: 604_801 }), /at most 604800/);
    await customer.post('/watches', { url, message_uuids: ['x'], within_seconds: 60 }).expect(404);
    const sender = await customer.withScopes('messages');
    await sender.get(`/watches/${watchUuid}`).expect(403);
  });
});
