import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, openApiHost, refusalOf, untilState, type ApiHost, type Customer } from './api-host.js';

const phone = '+255712345678';
const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';

describeOnDatabases('API: contacts', (open) => {
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

  it('creates or changes by number, and takes no opt-out back', async () => {
    const put = (body: object) => dataOf(customer.put('/contacts', { phone: '0712 345 670', ...body }));
    const made = await put({ first_name: 'Asha', attributes: { city: 'Arusha' } });
    assert.deepEqual([made.created, made.phone, made.first_name], [true, '+255712345670', 'Asha']);
    await customer.post('/suppressions', { phone: '0712345670' }).expect(200);
    const changed = await put({ last_name: 'Juma', attributes: { age: 30 }, opted_out_at: null });
    assert.deepEqual([changed.created, changed.uuid], [false, made.uuid]);
    assert.deepEqual([changed.first_name, changed.last_name], ['Asha', 'Juma']);
    assert.deepEqual(changed.attributes, { city: 'Arusha', age: 30 });
    assert.notEqual(changed.opted_out_at, null);
    assert.equal((await refusalOf(customer.put('/contacts', { phone: '12' }))).code, 'number_invalid');
    assert.match((await refusalOf(customer.put('/contacts', { phone: '0712345670', email: 'x' }))).error, /email/);
  });

  it('creates, gets, lists, changes and deletes', async () => {
    const given = {
      phone: '0712 345 678',
      first_name: 'Asha',
      email: 'asha@example.com',
      tags: ['vip'],
      attributes: { city: 'Arusha', age: 30 },
      opted_in_at: '2026-01-02T03:04:05+03:00',
    };
    const contact = await dataOf(customer.post('/contacts', given));
    const { uuid, created_at: createdAt, updated_at: updatedAt, ...shown } = contact;
    assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(updatedAt, createdAt);
    assert.deepEqual(shown, {
      phone,
      first_name: 'Asha',
      last_name: null,
      email: 'asha@example.com',
      notes: null,
      network: 'Yas',
      locale: null,
      tags: ['vip'],
      attributes: { city: 'Arusha', age: 30 },
      active: true,
      opted_in_at: '2026-01-02T00:04:05Z',
      opted_out_at: null,
    });
    assert.deepEqual(await dataOf(customer.get(`/contacts/${uuid}`)), contact);
    const put = await dataOf(customer.put(`/contacts/${uuid}`, { last_name: 'Mushi', email: null }));
    assert.deepEqual([put.first_name, put.last_name, put.email], ['Asha', 'Mushi', null]);
    const patched = await dataOf(customer.patch(`/contacts/${uuid}`, { active: false, attributes: {} }));
    assert.deepEqual([patched.active, patched.attributes, patched.tags], [false, {}, ['vip']]);
    const list = await dataOf(customer.get('/contacts?search=MUSHI&page=1&page_size=5'));
    assert.deepEqual(list, { items: [patched], page: 1, page_size: 5, total: 1, total_pages: 1 });
    assert.deepEqual(await dataOf(customer.delete(`/contacts/${uuid}`)), { deleted: true });
    assert.equal((await refusalOf(customer.get(`/contacts/${uuid}`), 404)).error, 'contact not found');
    assert.equal((await dataOf(customer.get('/contacts'))).total, 0);
  });

  it('pages newest first', async () => {
    for (const last of [1, 2, 3]) await customer.post('/contacts', { phone: `071234567${last}` }).expect(200);
    const { items, total, total_pages: pages } = await dataOf(customer.get('/contacts?page=2&page_size=2'));
    assert.deepEqual([items.map((item) => item.phone), total, pages], [['+255712345671'], 3, 2]);
  });

  it('refuses a number that is a contact already', async () => {
    await customer.post('/contacts', { phone }).expect(200);
    const refused = await refusalOf(customer.post('/contacts', { phone: '255712345678' }), 409);
    assert.equal(refused.code, 'conflict');
    const { uuid } = await dataOf(customer.post('/contacts', { phone: '0712345679' }));
    await refusalOf(customer.put(`/contacts/${uuid}`, { phone }), 409);
  });

  it('gives a repeated create the same contact', async () => {
    const create = () => customer.post('/contacts', { phone }).set('idempotency-key', 'contact-1').expect(200);
    assert.equal((await create()).text, (await create()).text);
  });

  it('refuses fields that are none', async () => {
    const { uuid } = await dataOf(customer.post('/contacts', { phone: '0712345670' }));
    for (const [body, error] of [
      [{}, /^phone is required$/],
      [{ phone: 255712345678 }, /^phone must be a string$/],
      [{ phone, colour: 'red' }, /^unknown field: colour$/],
      [{ phone, first_name: 7 }, /^first_name must be a string$/],
      [{ phone, first_name: 'x'.repeat(101) }, /^first_name must have at most 100 characters$/],
      [{ phone, notes: '\0' }, /^notes must be well-formed/],
      [{ phone, email: 'nobody' }, /^email is not valid$/],
      [{ phone, tags: 'vip' }, /^tags must be an array$/],
      [{ phone, tags: ['a,b'] }, /^a tag must be/],
      [{ phone, attributes: [] }, /^attributes must be/],
      [{ phone, attributes: { a: {} } }, /^attributes\.a must be text, a number, true or false$/],
      [{ phone, attributes: { '"': 'x' } }, /^the name of an attribute/],
      [{ phone, attributes: { a: 'x'.repeat(4_096) } }, /at most 4096 bytes/],
      [{ phone, active: 'yes' }, /^active must be true or false$/],
      [{ phone, opted_in_at: 'yesterday' }, /^opted_in_at must be an ISO 8601 time/],
    ] as const) {
      assert.match((await refusalOf(customer.post('/contacts', body))).error, error);
      if ('phone' in body) assert.match((await refusalOf(customer.put(`/contacts/${uuid}`, body))).error, error);
    }
    assert.equal((await refusalOf(customer.post('/contacts', { phone: 'mama' }))).code, 'number_invalid');
    assert.equal((await refusalOf(customer.post('/contacts', { phone: '+255222110000' }))).code, 'not_mobile');
    for (const [query, error] of [
      ['search=%00', /^search must be well-formed/],
      [`search=${'x'.repeat(101)}`, /^search must have at most 100 characters$/],
      ['page_size=101', /^page_size must be at most 100$/],
      ['colour=red', /^unknown field: colour$/],
    ] as const) {
      assert.match((await refusalOf(customer.get(`/contacts?${query}`))).error, error);
    }
    assert.match((await refusalOf(customer.delete(`/contacts/${uuid}?erase=yes`))).error, /^erase must be one of/);
    assert.equal((await dataOf(customer.get('/contacts'))).total, 1);
  });

  it('erases the person and keeps what their messages cost', async () => {
    const { uuid } = await dataOf(customer.post('/contacts', { phone, first_name: 'Zuhura' }));
    const sent = await dataOf(customer.post('/messages', { to: phone, message: 'Siri' }));
    await untilState(customer, sent.uuid, 'delivered');
    assert.deepEqual(await dataOf(customer.delete(`/contacts/${uuid}?erase=true`)), { deleted: true, erased: true });
    const left = await dataOf(customer.get(`/messages/${sent.uuid}`));
    assert.deepEqual([left.message, left.cost, left.state], ['', 1, 'delivered']);
    assert.match(String(left.to), /^erased:/);
    assert.doesNotMatch((await customer.get('/events')).text, /255712345678/);
  });

  it('exports CSV that no spreadsheet runs', async () => {
    await customer
      .post('/contacts', { phone, first_name: '=HYPERLINK("http://x")', notes: 'a "b",\nc', tags: ['a', 'b'] })
      .expect(200);
    await customer
      .post('/contacts', { phone: '0712345679', last_name: 'Ñandú', attributes: { city: 'Arusha' }, active: false })
      .expect(200);
    const answer = await customer.get('/contacts/export').expect(200);
    assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="contacts.csv"');
    assert.equal(answer.headers['cache-control'], 'no-store');
    const [header, ...rest] = answer.text.replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME').split('\r\n');
    assert.equal(
      header,
      '\ufeffphone,first_name,last_name,email,notes,locale,tags,attributes,active,opted_in_at,opted_out_at,created_at',
    );
    assert.deepEqual(rest, [
      `${phone},"'=HYPERLINK(""http://x"")",,,"a ""b"",\nc",,"a,b",,true,,,TIME`,
      '+255712345679,,Ñandú,,,,,"{""city"":""Arusha""}",false,,,TIME',
      '',
    ]);
  });

  it('hides what another account has', async () => {
    const { uuid } = await dataOf((await host.open()).post('/contacts', { phone }));
    for (const id of [uuid, noId, 'nonsense', '%00']) {
      for (const ask of [
        customer.get(`/contacts/${id}`),
        customer.put(`/contacts/${id}`, { first_name: 'x' }),
        customer.patch(`/contacts/${id}`, { first_name: 'x' }),
        customer.delete(`/contacts/${id}`),
        customer.delete(`/contacts/${id}?erase=true`),
      ]) {
        assert.equal((await refusalOf(ask, 404)).code, 'not_found');
      }
    }
    assert.equal((await dataOf(customer.get('/contacts'))).total, 0);
    assert.equal((await customer.get('/contacts/export')).text.split('\r\n').length, 2);
  });

  it('is for tokens with the scope', async () => {
    const other = await customer.withScopes('messages', 'groups');
    for (const ask of [
      other.get('/contacts'),
      other.post('/contacts', { phone }),
      other.get('/contacts/export'),
      other.get(`/contacts/${noId}`),
      other.put(`/contacts/${noId}`, {}),
      other.delete(`/contacts/${noId}`),
    ]) {
      assert.equal((await refusalOf(ask, 403)).error, 'token lacks required scope: contacts');
    }
  });
});
