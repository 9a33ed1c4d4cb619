import assert from 'node:assert/strict';
import { dataOf } from '../../api/api-host.js';
import { outputsOf, type Execution, type Item, type WorkflowNode } from '../support/n8n-client.js';
import { operations } from './operations.js';
import { callersItems, describeInN8n, ujumbe, webhook, type World } from './world.js';

/** A field of a node's form, as n8n tells the editor. */
interface Property {
  name: string;
  displayOptions: { show: { resource: string[] } };
  options: { value: string }[];
}

describeInN8n('n8n: nodes', (of) => {
  let world: World;
  let paths = 0;
  before(() => (world = of()));
  afterEach(() => assert.deepEqual(world.host.logged, []));

  /** Runs nodes one behind the other, each with what the one before it put out. */
  async function run(nodes: WorkflowNode[], items: object[] = [{}], how: object = {}): Promise<Execution> {
    const path = `run-${++paths}`;
    const chain = [webhook(path), callersItems, ...nodes];
    const links = Object.fromEntries(chain.slice(0, -1).map(({ name }, place) => [name, [chain[place + 1]!.name]]));
    const workflow = await world.client.addWorkflow({ name: path, nodes: chain, links, ...how });
    await world.client.activate(workflow);
    await world.client.until('the workflow can be called', async () => {
      const answer = await world.client.ask('POST', `/webhook/${path}`, { items });
      return answer.status === 200 || undefined;
    });
    return world.client.ended(workflow);
  }

  const jsonOf = (items: Item[] | undefined): Record<string, unknown>[] => (items ?? []).map(({ json }) => json);
  const only = (execution: Execution, node: string): Record<string, unknown> => {
    const [first, ...others] = jsonOf(outputsOf(execution, node)[0]);
    assert.equal(others.length, 0);
    return first!;
  };

  it('are known with their credential, icons and codex', async () => {
    const { body } = await world.client.ask('GET', '/types/nodes.json');
    const types = body as unknown as { name: string; codex?: { categories: string[] }; iconUrl: { light: string } }[];
    const ours = types.filter(({ name }) => name.startsWith('n8n-nodes-ujumbe.'));
    assert.deepEqual(ours.map(({ name }) => name).sort(), [
      'n8n-nodes-ujumbe.ujumbe',
      'n8n-nodes-ujumbe.ujumbeTool',
      'n8n-nodes-ujumbe.ujumbeTrigger',
    ]);
    for (const { codex, iconUrl, name } of ours) {
      assert.deepEqual(codex?.categories, name.endsWith('Tool') ? codex?.categories : ['Communication']);
      const icon = await fetch(`${world.n8n.url}/${iconUrl.light}`);
      assert.match(icon.headers.get('content-type') ?? '', /svg/);
    }
  });

  it('tell a good credential from a wrong token and from wrong addresses', async () => {
    const { client, baseUrl, customer } = world;
    const good = await client.testCredential({ baseUrl, apiToken: customer.token });
    assert.equal(good.status, 'OK');
    assert.equal((await client.testCredential({ baseUrl: `${baseUrl}/`, apiToken: customer.token })).status, 'OK');
    const token = await client.testCredential({ baseUrl, apiToken: 'mbs_wrong' });
    assert.deepEqual([token.status, token.message.includes('API Token')], ['Error', true], token.message);
    for (const wrong of [`${baseUrl}/api/v1`, world.n8n.url]) {
      const address = await client.testCredential({ baseUrl: wrong, apiToken: customer.token });
      assert.deepEqual([address.status, address.message.includes('Base URL')], ['Error', true], address.message);
    }
    const nobody = await client.testCredential({ baseUrl: 'http://127.0.0.1:9', apiToken: customer.token });
    assert.deepEqual([nobody.status, /refused/i.test(nobody.message)], ['Error', true], nobody.message);
  });

  it('do every operation once', async () => {
    const nodes = operations.map(({ name, resource = '', operation = '', parameters, stands }): WorkflowNode =>
      stands ? { name, ...stands } : ujumbe(world, name, resource, operation, parameters),
    );
    const execution = await run(nodes);
    const shown = (node: string): Record<string, unknown> => only(execution, node);
    for (const { name, sees } of operations) sees?.(shown(name), shown);
    assert.equal(execution.status, 'success');
    const batched = await dataOf(world.customer.get(`/messages/${String(shown('Batch').uuid)}`));
    assert.match(String(batched.message), /^Batch of /);
  });

  it('have no operation that is not tried', async () => {
    const { body } = await world.client.ask('GET', '/types/nodes.json');
    const types = body as unknown as { name: string; properties: Property[] }[];
    const { properties } = types.find(({ name }) => name === 'n8n-nodes-ujumbe.ujumbe')!;
    const offered = properties
      .filter(({ name }) => name === 'operation')
      .flatMap(({ displayOptions, options }) =>
        options.map(({ value }) => `${displayOptions.show.resource.join()} ${value}`),
      )
      // n8n adds this one: a request that is the user's own.
      .filter((operation) => !operation.endsWith('__CUSTOM_API_CALL__'));
    const tried = operations
      .filter(({ stands }) => !stands)
      .map(({ resource, operation }) => `${resource} ${operation}`);
    assert.deepEqual([...new Set(tried)].sort(), [...offered].sort());
  });

  it('show what the API refuses in its words, with the item', async () => {
    const send = ujumbe(world, 'Send', 'message', 'send', { to: '={{ $json.to }}', message: 'Habari' });
    const { status, runData } = await run([send], [{ to: '+255712345678' }, { to: '12' }]);
    assert.equal(status, 'error');
    const { error } = runData.Send![0]!;
    assert.match(error!.message, /number/);
    assert.match(error!.description ?? '', /number_invalid/);
    assert.equal(error!.context?.itemIndex, 1);
  });

  it('go on with the others when one fails', async () => {
    const items = [{ to: '+255712345678' }, { to: '12' }, { to: '+255712345679' }];
    const send = { to: '={{ $json.to }}', message: 'Habari' };
    const regular = { ...ujumbe(world, 'Send', 'message', 'send', send), onError: 'continueRegularOutput' };
    const [all] = outputsOf(await run([regular], items), 'Send');
    assert.deepEqual(
      jsonOf(all).map(({ to, error }) => to ?? error),
      ['+255712345678', 'The number may have digits, spaces and dashes, and a plus at its start', '+255712345679'],
    );
    for (const operation of ['send', 'sendBatch']) {
      const split = { ...ujumbe(world, 'Send', 'message', operation, send), onError: 'continueErrorOutput' };
      const [good, bad] = outputsOf(await run([split], items), 'Send');
      assert.deepEqual(
        jsonOf(good).map(({ to }) => to),
        ['+255712345678', '+255712345679'],
      );
      assert.equal(bad?.length, 1, operation);
    }
  });
});
