import assert from 'node:assert/strict';
import { dataOf, until, type Shown } from '../../api/api-host.js';
import { HoldingProxy } from '../support/holding-proxy.js';
import { outputsOf, type Execution, type Item } from '../support/n8n-client.js';
import { callersItems, describeInN8n, ujumbe, webhook, type World } from './world.js';

const delivered = '+255712345678';
const undelivered = '+255712345902';
const silent = '+255712345904';

describeInN8n('n8n: waiting and retrying', (of) => {
  let world: World;
  let paths = 0;
  before(() => (world = of()));
  let held: HoldingProxy | undefined;
  afterEach(async () => {
    assert.deepEqual(world.host.logged, []);
    await held?.stop();
    held = undefined;
  });

  async function start(node: ReturnType<typeof ujumbe>, items: object[], settings: object = {}) {
    const path = `wait-${++paths}`;
    const ends = ['Arrived', 'Lost'].map((name) => ({ name, type: 'n8n-nodes-base.noOp' }));
    const workflow = await world.client.addWorkflow({
      name: path,
      nodes: [webhook(path), callersItems, node, ...ends],
      links: { Webhook: ['Items'], Items: [node.name], [node.name]: ['Arrived', 'Lost'] },
      settings,
    });
    await world.client.activate(workflow);
    await world.client.until('the workflow can be called', async () => {
      const answer = await world.client.ask('POST', `/webhook/${path}`, { items });
      return answer.status === 200 || undefined;
    });
    return workflow;
  }

  const sendAndWait = (parameters: object = {}) =>
    ujumbe(world, 'Send', 'message', 'sendAndWaitForDelivery', {
      to: '={{ $json.to }}',
      message: 'Your code is 4711',
      waitAmount: 5,
      waitUnit: 'minutes',
      ...parameters,
    });
  const messagesOf = (items: Item[]): Shown[] => items.map(({ json }) => json.message as Shown);
  const of_ = (execution: Execution, node: string): Item[] => outputsOf(execution, node)[0] ?? [];

  it('resumes when the receipt comes', async () => {
    const workflow = await start(sendAndWait(), [{ to: delivered }]);
    const execution = await world.client.ended(workflow);
    assert.equal(execution.status, 'success');
    const [{ json }] = of_(execution, 'Arrived') as [Item];
    assert.deepEqual([json.to, json.state, json.timed_out], [delivered, 'delivered', false]);
    assert.equal(execution.runData.Lost, undefined);
  });

  it('waits for all its items and tells those that did not arrive apart', async () => {
    const workflow = await start(sendAndWait(), [{ to: undelivered }, { to: '12' }, { to: delivered }]);
    const execution = await world.client.ended(workflow);
    const arrived = of_(execution, 'Arrived');
    assert.deepEqual(
      arrived.map(({ json }) => json.to),
      [delivered],
    );
    const [sent] = outputsOf(execution, 'Send');
    assert.deepEqual(sent![0]!.pairedItem, { item: 2 });
    assert.deepEqual(
      messagesOf(of_(execution, 'Lost')).map(({ status, error_code: code }) => [status, code]),
      [
        ['failed', 'absent_subscriber'],
        ['refused', 'number_invalid'],
      ],
    );
  });

  it('goes on through Not Delivered when the time is over', async () => {
    const workflow = await start(sendAndWait({ waitAmount: 2, waitUnit: 'seconds' }), [{ to: silent }]);
    await world.client.ended(workflow, 1, ['waiting']);
    const execution = await world.client.ended(workflow);
    const [item] = of_(execution, 'Lost');
    const [message] = messagesOf([item!]);
    assert.deepEqual([item!.json.error, message!.to, message!.timed_out], ['Nothing was heard in time', silent, true]);
    assert.equal(execution.runData.Arrived, undefined);
  });

  it('is resumed by nobody else, and not before its time', async () => {
    const { client, customer } = world;
    const workflow = await start(sendAndWait(), [{ to: silent }]);
    const { id } = await client.ended(workflow, 1, ['waiting']);
    const { items } = await dataOf(customer.get(`/messages?phone=${encodeURIComponent(silent)}`));
    const other = await dataOf(
      customer.post('/watches', {
        url: `${world.n8n.url}/elsewhere`,
        message_uuids: [items[0]!.uuid],
        within_seconds: 1,
      }),
    );
    const post = async (body: object): Promise<number> => {
      const answer = await fetch(`${world.n8n.url}/webhook-waiting/${id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return answer.status;
    };
    for (const body of [{}, { data: { uuid: other.uuid } }, { data: { uuid: items[0]!.uuid } }]) {
      assert.ok((await post(body)) >= 400, JSON.stringify(body));
    }
    assert.equal((await client.executions(workflow))[0]!.status, 'waiting');
  });

  it('sends nothing twice when a failed execution is retried', async () => {
    const { client, customer } = world;
    const to = '+255712345111';
    const send = ujumbe(world, 'Send', 'message', 'send', { to: '={{ $json.to }}', message: 'Habari' });
    const workflow = await start(send, [{ to }, { to: '12' }]);
    const failed = await client.ended(workflow);
    assert.equal(failed.status, 'error');
    await client.ask('POST', `/rest/executions/${failed.id}/retry`, { loadWorkflow: false });
    const retried = await client.ended(workflow, 2);
    assert.deepEqual([retried.status, retried.retryOf], ['error', failed.id]);
    assert.equal((await dataOf(customer.get(`/messages?phone=${encodeURIComponent(to)}`))).total, 1);
    // A new run is a new message.
    await client.ask('POST', `/webhook/wait-${paths}`, { items: [{ to }] });
    await client.ended(workflow, 3);
    assert.equal((await dataOf(customer.get(`/messages?phone=${encodeURIComponent(to)}`))).total, 2);
  });

  it('waits when it is asked to, and sends once though n8n runs the node again', async () => {
    const { client, customer, baseUrl } = world;
    const proxy = (held = new HoldingProxy(baseUrl));
    const through = await proxy.start();
    const credential = await client.addCredential('ujumbeApi', { baseUrl: `${through}/sms`, apiToken: customer.token });
    let refused = 0;
    proxy.refuses = (method) => (method === 'POST' && refused++ === 0 ? 429 : undefined);
    const to = '+255712345112';
    const send = {
      ...ujumbe(world, 'Send', 'message', 'send', { to, message: 'Habari' }),
      credentials: { ujumbeApi: credential },
      retryOnFail: true,
      maxTries: 2,
      waitBetweenTries: 100,
    };
    const workflow = await start(send, [{}]);
    const execution = await client.ended(workflow);
    assert.equal(execution.status, 'success');
    assert.deepEqual([refused, proxy.requests.filter((one) => one.startsWith('POST')).length], [2, 2]);
    assert.equal((await dataOf(customer.get(`/messages?phone=${encodeURIComponent(to)}`))).total, 1);
  });

  it('sends nothing twice with a key of one’s own when n8n dies before it hears the answer', async () => {
    const { client, customer, baseUrl, n8n } = world;
    const proxy = (held = new HoldingProxy(baseUrl));
    const through = await proxy.start();
    const credential = await client.addCredential('ujumbeApi', { baseUrl: `${through}/sms`, apiToken: customer.token });
    proxy.holds = (method) => method === 'POST';
    const to = '+255712345113';
    const additionalFields = { idempotencyKey: '={{ "order-" + $json.order }}' };
    const send = {
      ...ujumbe(world, 'Send', 'message', 'send', { to, message: 'Habari', additionalFields }),
      credentials: { ujumbeApi: credential },
    };
    const workflow = await start(send, [{ order: 4711 }], { saveExecutionProgress: true });
    await until(() => (proxy.held > 0 ? true : undefined));
    await n8n.kill();
    proxy.holds = () => false;
    await n8n.start();
    await client.signIn();
    const crashed = await client.ended(workflow);
    await client.ask('POST', `/rest/executions/${crashed.id}/retry`, { loadWorkflow: false });
    assert.equal((await client.ended(workflow, 2)).status, 'success');
    assert.equal((await dataOf(customer.get(`/messages?phone=${encodeURIComponent(to)}`))).total, 1);
  });
});
