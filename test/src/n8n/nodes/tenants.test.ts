import assert from 'node:assert/strict';
import type { IDataObject } from 'n8n-workflow';
import { dataOf } from '../../api/api-host.js';
import { byId, type Called } from '../support/node-call.js';
import { describeNode, failure, jsonOf, only, search, type How } from '../support/tried-node.js';

describeNode('tenants', (tried) => {
  beforeEach(async () => {
    tried.customer = await tried.host.open({ kind: 'partner', credits: 1_000_000 });
  });

  const call = (operation: string, parameters: object = {}, how: How = {}): Promise<Called> =>
    tried.call('tenant', operation, parameters, how);
  const create = async (name: string, additionalFields: object = {}): Promise<IDataObject> =>
    only(await call('create', { name, additionalFields }));
  const step = (operation: string, uuid: unknown, parameters: object = {}, how: How = {}): Promise<Called> =>
    call(operation, { tenantId: byId(uuid as string), ...parameters }, how);

  it('opens a tenant with every field of the form, once in an execution that is retried', async () => {
    const additionalFields = {
      contactEmail: 'asha@example.com',
      contactName: 'Asha',
      contactPhone: '+255712345678',
      country: 'KE',
      credits: 250,
      currency: 'KES',
      senderId: 'ASHA',
      senderIdPurpose: 'order notices',
    };
    const parameters = { name: 'Duka la Asha', additionalFields };
    const tenant = only(await call('create', parameters, { executionId: 'same' }));
    assert.deepEqual(
      [tenant.name, tenant.country, tenant.currency, tenant.state],
      ['Duka la Asha', 'KE', 'KES', 'active'],
    );
    assert.deepEqual(tenant.contact, { name: 'Asha', email: 'asha@example.com', phone: '+255712345678' });
    assert.equal((tenant.balance as IDataObject).available, 250);
    assert.equal(only(await call('create', parameters, { executionId: 'same' })).uuid, tenant.uuid);
    assert.equal((await tried.customer.balance()).available, 750_000);
    const namesake = await failure(call('create', { name: 'duka LA asha' }));
    assert.deepEqual([namesake.httpCode, namesake.context.itemIndex], ['409', 0]);
  });

  it('gives credits, a reference once', async () => {
    const { uuid } = await create('Duka');
    const additionalFields = { reference: 'invoice 4711' };
    const given = only(await step('credit', uuid, { credits: 10.5, additionalFields }));
    assert.deepEqual(
      [given.credits, given.reference, given.tenant_uuid, (given.balance as IDataObject).available],
      [10.5, 'invoice 4711', uuid, 10.5],
    );
    await step('credit', uuid, { credits: 10.5, additionalFields });
    assert.equal((await tried.customer.balance()).available, 989_500);
    await step('credit', uuid, { credits: 1 }, { executionId: 'same' });
    await step('credit', uuid, { credits: 1 }, { executionId: 'same' });
    assert.equal((await tried.customer.balance()).available, 988_500);
    const poor = await failure(step('credit', uuid, { credits: 5_000 }));
    assert.match(poor.description ?? '', /insufficient_balance/);
    const none = await failure(step('credit', uuid, { credits: 0 }));
    assert.equal(none.message, '"Credits" is not a number above 0');
  });

  it('suspends and resumes', async () => {
    const { uuid } = await create('Duka');
    assert.equal(only(await step('suspend', uuid)).state, 'suspended');
    assert.equal(only(await step('resume', uuid)).state, 'active');
    assert.equal((await failure(step('suspend', ''))).message, '"Tenant" is empty');
    const missing = await failure(step('suspend', '01890000-0000-7000-8000-000000000000'));
    assert.deepEqual([missing.message, missing.httpCode], ['Tenant not found', '404']);
  });

  it('gets one tenant, and many of them by filters', async () => {
    const { uuid } = await create('Duka la Asha');
    const other = await create('Duka la Juma');
    await step('suspend', other.uuid);
    assert.equal(only(await step('get', uuid)).brand, undefined);
    assert.deepEqual(only(await step('get', uuid, { simplify: false })).prices, []);
    assert.deepEqual(
      jsonOf(await call('getAll', { returnAll: true })).map(({ uuid: of }) => of),
      [other.uuid, uuid],
    );
    assert.equal(only(await call('getAll', { filters: { state: 'suspended' } })).uuid, other.uuid);
    assert.equal(only(await call('getAll', { filters: { search: 'asha' } })).uuid, uuid);
    assert.deepEqual((await search(tried, 'searchTenants', 'asha')).results, [
      { name: 'Duka la Asha · active', value: uuid },
    ]);
  });

  it('refuses who is no partner, and goes on with the others where it is told to', async () => {
    const alone = await tried.host.open();
    const refused = await failure(call('create', { name: 'x' }, { credential: tried.credentialOf(alone) }));
    assert.match(refused.description ?? '', /scope_missing/);
    const { outputs } = await call(
      'create',
      { name: (index: number) => ['Moja', '', 'Mbili'][index] },
      { items: [{}, {}, {}], onError: 'continueRegularOutput' },
    );
    assert.deepEqual(
      outputs[0]?.map(({ json, pairedItem }) => [json.name ?? json.error, pairedItem]),
      [
        ['Moja', { item: 0 }],
        ['"Name" is empty', { item: 1 }],
        ['Mbili', { item: 2 }],
      ],
    );
    assert.equal((await dataOf(tried.customer.get('/tenants'))).total, 2);
  });
});
