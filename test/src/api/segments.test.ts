import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, openApiHost, refusalOf, type ApiHost, type Customer, type Shown } from './api-host.js';

const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';
const rule = { all: [{ tags: { any: ['vip'] } }, { active: true }] };

describeOnDatabases('API: segments', (open) => {
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

  const contact = (phone: string, ...tags: string[]): Promise<Shown> =>
    dataOf(customer.post('/contacts', { phone, tags }));

  it('creates, gets, lists, changes and deletes', async () => {
    const segment = await dataOf(customer.post('/segments', { name: 'VIP', description: 'the best', rule }));
    const { uuid, created_at: createdAt, ...shown } = segment;
    assert.deepEqual(shown, { name: 'VIP', description: 'the best', rule, updated_at: createdAt });
    assert.deepEqual(await dataOf(customer.get(`/segments/${uuid}`)), segment);
    const list = await dataOf(customer.get('/segments?page_size=10'));
    assert.deepEqual(list, { items: [segment], page: 1, page_size: 10, total: 1, total_pages: 1 });
    const put = await dataOf(customer.put(`/segments/${uuid}`, { name: 'Best' }));
    assert.deepEqual([put.name, put.description, put.rule], ['Best', 'the best', rule]);
    const patched = await dataOf(customer.patch(`/segments/${uuid}`, { description: null, rule: { active: false } }));
    assert.deepEqual([patched.description, patched.rule], [null, { active: false }]);
    assert.deepEqual(await dataOf(customer.delete(`/segments/${uuid}`)), { deleted: true });
    assert.equal((await refusalOf(customer.get(`/segments/${uuid}`), 404)).error, 'segment not found');
  });

  it('previews a rule and a segment, and lists contacts by it', async () => {
    const [vip] = [await contact('+255712345671', 'vip'), await contact('+255712345672')];
    const preview = { count: 1, contacts: [vip] };
    assert.deepEqual(await dataOf(customer.post('/segments/preview', { rule })), preview);
    assert.deepEqual(await dataOf(customer.post('/segments/preview', { rule: { tags: ['vip'] } })), preview);
    const { uuid } = await dataOf(customer.post('/segments', { name: 'VIP', rule }));
    assert.deepEqual(await dataOf(customer.get(`/segments/${uuid}/preview`)), preview);
    const listed = await dataOf(customer.get(`/contacts?segment_uuid=${uuid}`));
    assert.deepEqual([listed.items, listed.total], [[vip], 1]);
    assert.equal((await dataOf(customer.get(`/contacts?segment_uuid=${uuid}&search=345672`))).total, 0);
  });

  it('refuses a name that is taken', async () => {
    await customer.post('/segments', { name: 'VIP', rule }).expect(200);
    assert.equal((await refusalOf(customer.post('/segments', { name: 'vip', rule }), 409)).code, 'conflict');
    const { uuid } = await dataOf(customer.post('/segments', { name: 'Others', rule }));
    await refusalOf(customer.put(`/segments/${uuid}`, { name: 'Vip' }), 409);
  });

  it('gives a repeated create the same segment', async () => {
    const ask = () => customer.post('/segments', { name: 'n', rule }).set('idempotency-key', 'segment-1').expect(200);
    assert.equal((await ask()).text, (await ask()).text);
  });

  it('refuses fields and rules that are none', async () => {
    const { uuid } = await dataOf(customer.post('/segments', { name: 'n', rule }));
    for (const [body, error] of [
      [{}, /^name is required$/],
      [{ name: 'm' }, /^rule is required$/],
      [{ name: 'm', rule: 'everybody' }, /^rule must be/],
      [{ name: 'm', rule: [] }, /^rule must be/],
      [{ name: 'm', rule: {} }, /^rule must have exactly one of/],
      [{ name: 'm', rule: { all: [{ tags: { any: ['a', 7] } }] } }, /^rule\.all\[0\]\.tags\.any\[1\] must be text$/],
      [{ name: 'm', rule: { attribute: { name: "'; DROP TABLE x; --", equals: 1 } } }, /^the name of an attribute/],
      [{ name: 'm', rule, colour: 'red' }, /^unknown field: colour$/],
    ] as const) {
      assert.match((await refusalOf(customer.post('/segments', body))).error, error);
      if (!('rule' in body)) continue;
      assert.match((await refusalOf(customer.put(`/segments/${uuid}`, body))).error, error);
      if ('colour' in body) continue;
      assert.match((await refusalOf(customer.post('/segments/preview', { rule: body.rule }))).error, error);
    }
  });

  it('hides what another account has', async () => {
    const neighbour = await host.open();
    const { uuid } = await dataOf(neighbour.post('/segments', { name: 'n', rule }));
    const { uuid: group } = await dataOf(neighbour.post('/groups', { name: 'g' }));
    for (const id of [uuid, noId, 'nonsense']) {
      for (const ask of [
        customer.get(`/segments/${id}`),
        customer.put(`/segments/${id}`, { name: 'x' }),
        customer.patch(`/segments/${id}`, { name: 'x' }),
        customer.delete(`/segments/${id}`),
        customer.get(`/segments/${id}/preview`),
        customer.get(`/contacts?segment_uuid=${id}`),
      ]) {
        assert.equal((await refusalOf(ask, 404)).code, 'not_found');
      }
    }
    for (const ask of [
      customer.post('/segments', { name: 'n', rule: { group } }),
      customer.post('/segments/preview', { rule: { group } }),
    ]) {
      assert.equal((await refusalOf(ask, 404)).error, 'the rule names a group that is not found');
    }
    assert.equal((await dataOf(customer.get('/segments'))).total, 0);
  });

  it('is for tokens with the scope', async () => {
    const other = await customer.withScopes('messages', 'groups');
    for (const ask of [
      other.get('/segments'),
      other.post('/segments', { name: 'n', rule }),
      other.post('/segments/preview', { rule }),
      other.get(`/segments/${noId}/preview`),
    ]) {
      assert.equal((await refusalOf(ask, 403)).error, 'token lacks required scope: contacts');
    }
  });
});
