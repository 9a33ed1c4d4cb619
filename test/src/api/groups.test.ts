import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, openApiHost, refusalOf, type ApiHost, type Customer, type Shown } from './api-host.js';

const phone = '+255712345678';
const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';

describeOnDatabases('API: groups', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open);
  });
  beforeEach(async () => {
    customer = await host.open();
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  const create = (name = 'Wateja'): Promise<Shown> => dataOf(customer.post('/groups', { name }));

  it('creates, gets, lists, changes and deletes', async () => {
    const group = await dataOf(customer.post('/groups', { name: 'Wateja', description: 'wa Arusha' }));
    const { uuid, created_at: createdAt, ...shown } = group;
    assert.deepEqual(shown, { name: 'Wateja', description: 'wa Arusha', contact_count: 0, updated_at: createdAt });
    assert.deepEqual(await dataOf(customer.get(`/groups/${uuid}`)), group);
    const list = await dataOf(customer.get('/groups?page_size=10'));
    assert.deepEqual(list, { items: [group], page: 1, page_size: 10, total: 1, total_pages: 1 });
    const put = await dataOf(customer.put(`/groups/${uuid}`, { name: 'Wanunuzi' }));
    assert.deepEqual([put.name, put.description], ['Wanunuzi', 'wa Arusha']);
    assert.equal((await dataOf(customer.patch(`/groups/${uuid}`, { description: null }))).description, null);
    assert.deepEqual(await dataOf(customer.delete(`/groups/${uuid}`)), { deleted: true });
    assert.equal((await refusalOf(customer.get(`/groups/${uuid}`), 404)).error, 'group not found');
  });

  it('refuses a name that is taken', async () => {
    await create();
    assert.equal((await refusalOf(customer.post('/groups', { name: 'WATEJA' }), 409)).code, 'conflict');
    const { uuid } = await create('Wengine');
    await refusalOf(customer.put(`/groups/${uuid}`, { name: 'wateja' }), 409);
  });

  it('gives a repeated create the same group', async () => {
    const ask = () => customer.post('/groups', { name: 'n' }).set('idempotency-key', 'group-1').expect(200);
    assert.equal((await ask()).text, (await ask()).text);
  });

  it('takes a number in and lets it go', async () => {
    const { uuid } = await create();
    const contact = await dataOf(customer.post(`/groups/${uuid}/contacts`, { phone: '0712345678' }));
    assert.equal(contact.phone, phone);
    assert.deepEqual(await dataOf(customer.get(`/contacts/${contact.uuid}`)), contact);
    assert.equal((await refusalOf(customer.post(`/groups/${uuid}/contacts`, { phone }), 409)).code, 'conflict');
    const { items, total } = await dataOf(customer.get(`/groups/${uuid}/contacts`));
    assert.deepEqual([items, total], [[contact], 1]);
    assert.equal((await dataOf(customer.get(`/groups/${uuid}`))).contact_count, 1);
    for (const written of ['%2B255712345678', '+255712345678', '255712345678', '0712345678']) {
      assert.deepEqual(
        await dataOf(customer.delete(`/groups/${uuid}/contacts/${written}`)),
        { deleted: true },
        written,
      );
      await refusalOf(customer.delete(`/groups/${uuid}/contacts/${written}`), 404);
      await customer.post(`/groups/${uuid}/contacts`, { phone }).expect(200);
    }
    for (const written of ['%2B255712345679', 'mama', '%00', '%zz', 'x'.repeat(200)]) {
      await refusalOf(customer.delete(`/groups/${uuid}/contacts/${written}`), 404);
    }
  });

  it('takes many numbers in at once', async () => {
    const { uuid } = await create();
    const added = await dataOf(customer.post(`/groups/${uuid}/contacts`, { phones: [phone, 'mama', '0712345679'] }));
    const { failed, ...counts } = added as unknown as { failed: Shown[] };
    assert.deepEqual(counts, { added: 2, present: 0 });
    assert.deepEqual([failed[0]?.index, failed[0]?.code], [1, 'number_invalid']);
    assert.equal((await dataOf(customer.get(`/groups/${uuid}/contacts?page_size=1`))).total_pages, 2);
  });

  it('refuses fields that are none', async () => {
    const { uuid } = await create();
    for (const [path, body, error] of [
      ['', {}, /^name is required$/],
      ['', { name: '' }, /^name is required$/],
      ['', { name: ' ' }, /^name is required$/],
      ['', { name: 'x'.repeat(101) }, /^name must have at most 100 characters$/],
      ['', { name: 'n', colour: 'red' }, /^unknown field: colour$/],
      ['', { name: 'n', description: 7 }, /^description must be a string$/],
      [`/${uuid}/contacts`, {}, /^phone is required$/],
      [`/${uuid}/contacts`, { phone: 7 }, /^phone must be a string$/],
      [`/${uuid}/contacts`, { phone: 'mama' }, /./],
      [`/${uuid}/contacts`, { phone, phones: [phone] }, /not both$/],
      [`/${uuid}/contacts`, { phones: [] }, /^phones must have at least 1 item$/],
      [`/${uuid}/contacts`, { phones: Array.from({ length: 10_001 }, () => phone) }, /^phones must have at most 10000/],
    ] as const) {
      assert.match((await refusalOf(customer.post(`/groups${path}`, body))).error, error);
    }
    for (const path of ['/groups', `/groups/${uuid}/contacts`]) {
      assert.match((await refusalOf(customer.get(`${path}?colour=red`))).error, /^unknown field/);
    }
    assert.match((await refusalOf(customer.put(`/groups/${uuid}`, { name: null }))).error, /^name must be a string$/);
  });

  it('hides what another account has', async () => {
    const neighbour = await host.open();
    const { uuid } = await dataOf(neighbour.post('/groups', { name: 'Wateja' }));
    await neighbour.post(`/groups/${uuid}/contacts`, { phone }).expect(200);
    for (const id of [uuid, noId, 'nonsense']) {
      for (const ask of [
        customer.get(`/groups/${id}`),
        customer.put(`/groups/${id}`, { name: 'x' }),
        customer.patch(`/groups/${id}`, { name: 'x' }),
        customer.delete(`/groups/${id}`),
        customer.get(`/groups/${id}/contacts`),
        customer.post(`/groups/${id}/contacts`, { phone }),
        customer.post(`/groups/${id}/contacts`, { phones: [phone] }),
        customer.delete(`/groups/${id}/contacts/${phone}`),
      ]) {
        assert.equal((await refusalOf(ask, 404)).code, 'not_found');
      }
    }
    assert.equal((await dataOf(customer.get('/groups'))).total, 0);
  });

  it('is for tokens with the scope', async () => {
    const other = await customer.withScopes('messages', 'contacts');
    for (const ask of [
      other.get('/groups'),
      other.post('/groups', { name: 'n' }),
      other.get(`/groups/${noId}/contacts`),
      other.delete(`/groups/${noId}/contacts/${phone}`),
    ]) {
      assert.equal((await refusalOf(ask, 403)).error, 'token lacks required scope: groups');
    }
  });
});
