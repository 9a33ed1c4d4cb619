import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, openApiHost, refusalOf, type ApiHost, type Customer } from './api-host.js';

describeOnDatabases('API: suppressions', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => (host = await openApiHost(open)));
  beforeEach(async () => (customer = await host.open()));
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  const send = (to: string) => customer.post('/messages', { to, message: 'Habari' });

  it('stops messages to a number until it is taken off the list', async () => {
    const added = await dataOf(customer.post('/suppressions', { phone: '0712 345 678', reason: 'by letter' }));
    assert.deepEqual([added.phone, added.suppressed, added.reason], ['+255712345678', true, 'by letter']);
    assert.equal((await refusalOf(send('+255712345678'))).code, 'opted_out');
    assert.deepEqual(await dataOf(customer.get('/suppressions/0712345678')), added);
    assert.deepEqual(await dataOf(customer.delete('/suppressions/%2B255712345678')), { deleted: true });
    assert.deepEqual(await dataOf(customer.delete('/suppressions/+255712345678')), { deleted: false });
    await send('+255712345678').expect(200);
    assert.deepEqual(await dataOf(customer.get('/suppressions/0712345678')), {
      phone: '+255712345678',
      suppressed: false,
      reason: null,
      created_at: null,
    });
  });

  it('keeps the reason and time of a number that is there', async () => {
    const first = await dataOf(customer.post('/suppressions', { phone: '0712345678', reason: 'first' }));
    assert.deepEqual(await dataOf(customer.post('/suppressions', { phone: '0712345678', reason: 'second' })), first);
    const unsaid = await dataOf(customer.post('/suppressions', { phone: '0712345679' }));
    assert.equal(unsaid.reason, 'asked for');
  });

  it('lists an account’s own, the latest first', async () => {
    for (const last of [1, 2, 3]) await customer.post('/suppressions', { phone: `+25571234567${last}` }).expect(200);
    const { items, total } = await dataOf(customer.get('/suppressions?page_size=2'));
    assert.deepEqual([items.length, total], [2, 3]);
    const stranger = await host.open();
    assert.equal((await dataOf(stranger.get('/suppressions'))).total, 0);
    assert.equal((await dataOf(stranger.get('/suppressions/+255712345671'))).suppressed, false);
    assert.deepEqual(await dataOf(stranger.delete('/suppressions/+255712345671')), { deleted: false });
  });

  it('refuses what is no number, too long a reason and a token that may not', async () => {
    assert.equal((await refusalOf(customer.post('/suppressions', { phone: '12' }))).code, 'number_invalid');
    assert.equal((await refusalOf(customer.get('/suppressions/12'))).code, 'number_invalid');
    assert.equal((await refusalOf(customer.delete('/suppressions/12'))).code, 'number_invalid');
    const long = { phone: '0712345678', reason: 'x'.repeat(101) };
    assert.equal(
      (await refusalOf(customer.post('/suppressions', long))).error,
      'reason must have at most 100 characters',
    );
    const sender = await customer.withScopes('messages');
    assert.equal((await refusalOf(sender.get('/suppressions'), 403)).code, 'scope_missing');
  });
});
