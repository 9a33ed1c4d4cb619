import assert from 'node:assert/strict';
import { dataOf } from '../../api/api-host.js';
import { outputsOf, type Execution, type Item } from '../support/n8n-client.js';
import { byId, describeInN8n, ujumbe, webhook, type World } from './world.js';

describeInN8n('n8n: nodes', (of) => {
  let world: World;
  let paths = 0;
  before(() => (world = of()));
  afterEach(() => assert.deepEqual(world.host.logged, []));

  /** Runs nodes one behind the other, each with what the one before it put out. */
  async function run(nodes: ReturnType<typeof ujumbe>[], items: object[] = [{}], how: object = {}): Promise<Execution> {
    const path = `run-${++paths}`;
    const spread = {
      name: 'Items',
      type: 'n8n-nodes-base.splitOut',
      parameters: { fieldToSplitOut: 'body.items', options: {} },
    };
    const chain = [webhook(path), spread, ...nodes];
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
    const { customer } = world;
    const to = '+255712345678';
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const id = (node: string): string => `={{ $('${node}').first().json.uuid }}`;
    const op = (name: string, resource: string, operation: string, parameters: object = {}) =>
      ujumbe(world, name, resource, operation, parameters);
    const execution = await run([
      op('Balance', 'account', 'getBalance'),
      op('Preview', 'message', 'preview', { message: 'Reçu', to }),
      op('Send', 'message', 'send', { to, message: 'Habari', senderId: byId('MYAPP', 'name') }),
      op('Get', 'message', 'get', { messageId: byId(id('Send')) }),
      op('Get Many', 'message', 'getAll', { limit: 1 }),
      op('Later', 'message', 'send', { to, message: 'Later', additionalFields: { scheduledAt: later, lane: 'otp' } }),
      op('Cancel', 'message', 'cancel', { messageId: byId(id('Later')) }),
      op('Resend', 'message', 'resend', { messageId: byId(id('Later')) }),
      op('Batch', 'message', 'sendBatch', { to, message: '={{ "Batch of " + $json.to }}' }),
      op('Create', 'contact', 'create', { phone: '0713000001', additionalFields: { firstName: 'Asha', tags: 'a, b' } }),
      op('Upsert', 'contact', 'upsert', { phone: '0713000001', additionalFields: { lastName: 'Juma' } }),
      op('Update', 'contact', 'update', { contactId: byId(id('Create')), updateFields: { email: 'a@example.com' } }),
      op('Contact', 'contact', 'get', { contactId: byId(id('Create')) }),
      op('Contacts', 'contact', 'getAll', { returnAll: true }),
      op('Group', 'group', 'create', { name: 'VIP' }),
      op('Add', 'group', 'addContact', { groupId: byId(id('Group')), phone: '0713000001' }),
      op('Groups', 'group', 'getAll', { returnAll: true }),
      op('Remove', 'group', 'removeContact', { groupId: byId(id('Group')), phone: '0713000001' }),
      op('Suppress', 'suppression', 'add', { phone: to, additionalFields: { reason: 'by phone' } }),
      op('Check', 'suppression', 'check', { phone: to }),
      op('Allow', 'suppression', 'remove', { phone: to }),
      op('Delete', 'contact', 'delete', { contactId: byId(id('Create')) }),
    ]);
    const shown = (node: string): Record<string, unknown> => only(execution, node);
    assert.equal(
      execution.status,
      'success',
      JSON.stringify(
        Object.values(execution.runData)
          .flat()
          .find((one) => one.error)?.error,
      ),
    );
    assert.equal(shown('Balance').unit, 'credits');
    assert.equal(shown('Preview').encoding, 'ucs2');
    assert.deepEqual([shown('Send').to, shown('Send').sender_id, shown('Send').parts], [to, 'MYAPP', 1]);
    assert.deepEqual([shown('Get').uuid, shown('Get').history], [shown('Send').uuid, undefined]);
    assert.equal(shown('Get Many').uuid, shown('Send').uuid);
    assert.deepEqual([shown('Later').lane, shown('Later').state], ['otp', 'scheduled']);
    assert.equal(shown('Cancel').state, 'cancelled');
    assert.equal(shown('Resend').resend_of, shown('Later').uuid);
    assert.equal(shown('Batch').to, to);
    const batched = await dataOf(customer.get(`/messages/${String(shown('Batch').uuid)}`));
    assert.equal(batched.message, `Batch of ${to}`);
    assert.deepEqual(shown('Create').tags, ['a', 'b']);
    assert.deepEqual(
      [shown('Upsert').created, shown('Upsert').first_name, shown('Upsert').last_name],
      [false, 'Asha', 'Juma'],
    );
    assert.equal(shown('Update').email, 'a@example.com');
    assert.equal(shown('Contact').phone, '+255713000001');
    assert.equal(shown('Contacts').uuid, shown('Create').uuid);
    assert.deepEqual([shown('Group').name, shown('Add').added], ['VIP', true]);
    assert.equal(shown('Groups').contact_count, 1);
    assert.deepEqual([shown('Remove').deleted, shown('Suppress').reason], [true, 'by phone']);
    assert.deepEqual([shown('Check').suppressed, shown('Allow').deleted, shown('Delete').deleted], [true, true, true]);
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
