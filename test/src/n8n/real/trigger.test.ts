import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import { dataOf, listOf, until, type Shown } from '../../api/api-host.js';
import { HoldingProxy } from '../support/holding-proxy.js';
import { outputsOf, type Item } from '../support/n8n-client.js';
import { describeInN8n, trigger, type World } from './world.js';

const to = '+255712345678';

describeInN8n('n8n: trigger', (of, { major }) => {
  let world: World;
  before(() => (world = of()));
  const ways: HoldingProxy[] = [];
  afterEach(async () => {
    assert.deepEqual(world.host.logged, []);
    for (const workflow of active.splice(0)) await world.client.deactivate(workflow);
    await world.client.until('all have unsubscribed', async () => (await subscriptions()).length === 0 || undefined);
  });
  after(async () => {
    for (const way of ways) await way.stop();
  });
  const active: { id: string }[] = [];

  const subscriptions = (): Promise<Shown[]> => listOf(world.customer.get('/webhooks'));

  const workflowWith = (node: ReturnType<typeof trigger>): Promise<{ id: string }> =>
    world.client.addWorkflow({ name: 'Told', nodes: [node], links: {} });

  async function activeWorkflow(events: string[], parameters: object = {}) {
    const workflow = await workflowWith(trigger(world, events, parameters));
    await world.client.activate(workflow);
    active.push(workflow);
    return workflow;
  }

  /** A workflow whose way to the platform can be cut. */
  async function workflowBehind(way: HoldingProxy): Promise<{ id: string }> {
    ways.push(way);
    const baseUrl = `${await way.start()}/sms`;
    const credential = await world.client.addCredential('ujumbeApi', { baseUrl, apiToken: world.customer.token });
    return workflowWith({ ...trigger(world, ['message.delivered']), credentials: { ujumbeApi: credential } });
  }

  /** What started the executions of a workflow, in the order of the alphabet: two that start at once have no other. */
  const modes = async (workflow: { id: string }): Promise<string[]> =>
    (await world.client.executions(workflow)).map(({ mode }) => mode).sort();

  const send = async (number = to): Promise<Shown> =>
    dataOf(world.customer.post('/messages', { to: number, message: 'Habari', client_ref: 'order 7' }));

  it('subscribes to its events alone, starts on a genuine receipt, and ends its subscription', async () => {
    const { client } = world;
    const workflow = await activeWorkflow(['message.delivered']);
    const [subscription, ...others] = await subscriptions();
    assert.deepEqual([subscription?.events, others.length], [['message.delivered'], 0]);
    assert.match(String(subscription?.description), /n8n: Told/);
    const sent = await send();
    const execution = await client.ended(workflow);
    const [items] = outputsOf(execution, 'Ujumbe Trigger');
    const [{ json }] = items as [{ json: Record<string, unknown> }];
    const { event_id: id, event_at: at, ...rest } = json;
    assert.deepEqual(rest, {
      event: 'message.delivered',
      account_uuid: world.customer.accountId,
      uuid: sent.uuid,
      to,
      sender_id: 'MYAPP',
      state: 'delivered',
      status: 'delivered',
      parts: 1,
      client_ref: 'order 7',
      error_code: null,
    });
    assert.match(String(id), /^[0-9a-f-]{36}$/);
    assert.ok(Date.parse(String(at)) > 0);
    await client.deactivate(workflow);
    await client.until('it has unsubscribed', async () => (await subscriptions()).length === 0 || undefined);
  });

  it('refuses a forged signature, and starts once for an event that comes twice', async () => {
    const { client, customer } = world;
    const workflow = await activeWorkflow(['message.delivered']);
    await send();
    await client.ended(workflow);
    const [subscription] = await subscriptions();
    const { items } = await dataOf(customer.get(`/webhooks/${subscription!.uuid}/deliveries`));
    await customer.post(`/webhooks/${subscription!.uuid}/deliveries/${items[0]!.uuid}/replay`).expect(200);
    await until(async () => {
      const shown = await dataOf(customer.get(`/webhooks/${subscription!.uuid}/deliveries`));
      return shown.items[0]?.attempts === 2 && shown.items[0].state === 'succeeded' ? true : undefined;
    });
    const body = JSON.stringify({ id: 'x', type: 'message.delivered', timestamp: '', data: { uuid: 'forged' } });
    const forger = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8ILA==');
    const now = new Date();
    const headers = {
      'content-type': 'application/json',
      'webhook-id': 'forged',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    };
    const post = (more: Record<string, string>) =>
      fetch(subscription!.url, { method: 'POST', body, headers: { ...headers, ...more } });
    assert.equal((await post({ 'webhook-signature': forger.sign('forged', now, body) })).status, 401);
    assert.equal((await post({})).status, 401);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal((await client.executions(workflow)).length, 1);
  });

  it('starts only for what its filters let through', async () => {
    const { client } = world;
    const workflow = await activeWorkflow(['message.delivered'], {
      filters: { prefixes: '+25574, 0', senderIds: 'myapp' },
    });
    await send('+255712345678');
    const wanted = await send('+255742345678');
    const { runData } = await client.ended(workflow);
    assert.equal(runData['Ujumbe Trigger']![0]!.data!.main[0]![0]!.json.uuid, wanted.uuid);
    const [subscription] = await subscriptions();
    await until(async () => {
      const { items } = await dataOf(world.customer.get(`/webhooks/${subscription!.uuid}/deliveries`));
      return items.length === 2 && items.every(({ state }) => state === 'succeeded') ? true : undefined;
    });
    assert.equal((await client.executions(workflow)).length, 1);
  });

  it('starts when a campaign begins and ends, and when a payment is done or fails', async () => {
    const { client, customer } = world;
    const campaigns = await activeWorkflow(['campaign.started', 'campaign.completed']);
    const payments = await activeWorkflow(['payment.completed', 'payment.failed']);
    const itemOf = async (workflow: { id: string }, nth: number) => {
      const [[item]] = outputsOf(await client.ended(workflow, nth), 'Ujumbe Trigger') as [[Item]];
      return item.json;
    };
    const { uuid } = await dataOf(customer.post('/campaigns', { name: 'May Promo', message: 'Habari', numbers: [to] }));
    await customer.post(`/campaigns/${uuid}/send`).expect(200);
    // The second first: where only one of the two is listed yet, it need not be the one that is listed first later.
    const heard = [await itemOf(campaigns, 2), await itemOf(campaigns, 1)];
    assert.deepEqual(heard.map(({ event }) => event).sort(), ['campaign.completed', 'campaign.started']);
    assert.deepEqual(new Set(heard.map(({ campaign_uuid: id }) => id)), new Set([uuid]));
    const payment = async (phone: string) => dataOf(customer.post('/payments', { credits: 100, phone }));
    const paid = await payment('0744963858');
    const done = await itemOf(payments, 1);
    assert.deepEqual([done.event, done.uuid, done.credits], ['payment.completed', paid.uuid, 100]);
    const refused = await payment('0744963902');
    const failed = await itemOf(payments, 2);
    assert.deepEqual([failed.event, failed.uuid, failed.state], ['payment.failed', refused.uuid, 'failed']);
  });

  it('has one subscription after a restart, and after a crash', async () => {
    const { client, n8n } = world;
    const workflow = await activeWorkflow(['message.delivered', 'message.failed']);
    const [before] = await subscriptions();
    await n8n.stop();
    await n8n.start();
    await client.signIn();
    const after = await until(async () => {
      const found = await subscriptions();
      return found.length > 0 ? found : undefined;
    });
    assert.deepEqual([after.length, after[0]!.url], [1, before!.url]);
    await send();
    await client.ended(workflow);
    // In order it took its subscription away; this leaves it where it is.
    await n8n.kill();
    await n8n.start();
    await client.signIn();
    await send();
    await client.ended(workflow, 2);
    assert.equal((await subscriptions()).length, 1);
  });

  it('hears what happened while n8n was down, as soon as it answers again', async () => {
    const { client, n8n } = world;
    const workflow = await activeWorkflow(['message.delivered']);
    await n8n.kill();
    const sent = [await send(), await send()];
    await until(async () => {
      const [subscription] = await subscriptions();
      return subscription?.failing_since ? true : undefined;
    });
    await n8n.start();
    await client.signIn();
    sent.push(await send());
    await client.until('all three are told', async () => (await client.executions(workflow)).length === 3 || undefined);
    const told = [];
    for (const nth of [1, 2, 3]) {
      const { runData } = await client.ended(workflow, nth);
      told.push(runData['Ujumbe Trigger']![0]!.data!.main[0]![0]!.json.uuid);
    }
    assert.deepEqual(told.sort(), sent.map(({ uuid }) => uuid).sort());
    assert.equal((await subscriptions()).length, 1);
  });

  it('hears a test event once, beside the active workflow', async () => {
    const { client } = world;
    const workflow = await activeWorkflow(['message.delivered']);
    const [production] = await subscriptions();
    await client.listenForTestEvent(workflow, 'Ujumbe Trigger');
    const both = await subscriptions();
    assert.equal(both.length, 2);
    assert.match(both.find(({ uuid }) => uuid !== production!.uuid)?.url ?? '', /\/webhook-test\//);
    const sent = await send();
    await Promise.all([client.ended(workflow, 1), client.ended(workflow, 2)]);
    assert.deepEqual(await modes(workflow), ['manual', 'webhook']);
    const itemOf = async (nth: number) => {
      const [[item]] = outputsOf(await client.ended(workflow, nth), 'Ujumbe Trigger') as [[Item]];
      return item.json;
    };
    const tried = await itemOf(1);
    assert.deepEqual([tried.event, tried.uuid, tried.state], ['message.delivered', sent.uuid, 'delivered']);
    assert.deepEqual(await itemOf(2), tried);
    await client.until('the test is over', async () => (await subscriptions()).length === 1 || undefined);
    await send();
    await client.ended(workflow, 3);
    assert.deepEqual(await modes(workflow), ['manual', 'webhook', 'webhook']);
    assert.deepEqual(
      (await subscriptions()).map(({ uuid }) => uuid),
      [production!.uuid],
    );
  });

  it('listens for a test event until it is told to stop, whatever becomes of the active workflow', async () => {
    const { client } = world;
    const workflow = await activeWorkflow(['message.delivered']);
    const [production] = await subscriptions();
    const urls = async (): Promise<string[]> => (await subscriptions()).map(({ url }) => url);
    await client.listenForTestEvent(workflow, 'Ujumbe Trigger');
    await client.stopListening(workflow);
    await client.until('only the active workflow hears', async () => (await urls()).length === 1 || undefined);
    assert.deepEqual(await urls(), [production!.url]);
    await client.listenForTestEvent(workflow, 'Ujumbe Trigger');
    await client.deactivate(workflow);
    await client.until('only the test hears', async () => (await urls()).length === 1 || undefined);
    assert.match((await urls())[0]!, /\/webhook-test\//);
    const sent = await send();
    const [[item]] = outputsOf(await client.ended(workflow), 'Ujumbe Trigger') as [[Item]];
    assert.equal(item.json.uuid, sent.uuid);
    assert.deepEqual(await modes(workflow), ['manual']);
    await client.until('the test is over', async () => (await urls()).length === 0 || undefined);
  });

  it('is not disturbed by what a deleted workflow left behind', async () => {
    const { client, customer } = world;
    const way = new HoldingProxy(world.baseUrl);
    const deleted = await workflowBehind(way);
    await client.activate(deleted);
    const [leaked] = await subscriptions();
    const stays = await activeWorkflow(['message.delivered']);
    way.refuses = (method) => (method === 'DELETE' ? 503 : undefined);
    await client.deleteWorkflow(deleted);
    await send();
    await client.ended(stays);
    const { failing_since: failing, state } = await until(async () => {
      const shown = await dataOf(customer.get(`/webhooks/${leaked!.uuid}`));
      return shown.failing_since === null ? undefined : shown;
    });
    // n8n answers 404, as it does while it starts: no reason to let go of an address at once.
    assert.deepEqual([typeof failing, state], ['string', 'active']);
    await send();
    await client.ended(stays, 2);
    await customer.delete(`/webhooks/${leaked!.uuid}`).expect(200);
  });

  it('subscribes once when the platform was away at activation', async () => {
    const { client } = world;
    const way = new HoldingProxy(world.baseUrl);
    const workflow = await workflowBehind(way);
    let asked = 0;
    way.refuses = (method, path) =>
      method === 'POST' && path.endsWith('/webhooks') && asked++ === 0 ? 503 : undefined;
    // 2.x goes on trying by itself.
    if (major === 1) await assert.rejects(client.activate(workflow), /Come back later/);
    await client.activate(workflow);
    active.push(workflow);
    assert.deepEqual([asked, (await subscriptions()).length], [2, 1]);
  });

  it('tells on activation why it cannot subscribe', async () => {
    const { client } = world;
    const node = { ...trigger(world, []), name: 'Deaf' };
    const workflow = await client.addWorkflow({ name: 'Deaf', nodes: [node], links: {} });
    await assert.rejects(client.activate(workflow), /[Ee]vents/);
    assert.deepEqual(await subscriptions(), []);
  });
});
