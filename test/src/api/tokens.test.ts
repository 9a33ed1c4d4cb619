import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, listOf, openApiHost, refusalOf, until, type ApiHost, type Customer } from './api-host.js';

const habari = { to: '+255712345678', message: 'Habari' };

describeOnDatabases('API: tokens', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open);
    customer = await host.open();
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  it('creates a token, shows it once, and lists it without', async () => {
    const wanted = { name: 'Zapier', scopes: ['messages', 'contacts'], expires_at: '2099-01-01T00:00:00Z' };
    const data = await dataOf(customer.post('/tokens', wanted));
    assert.match(data.raw_token, /^mbs_[A-Za-z0-9]{32}$/);
    assert.deepEqual(Object.keys(data.token), ['uuid', 'name', 'scopes', 'expires_at', 'created_at']);
    assert.deepEqual([data.token.name, data.token.scopes, data.token.expires_at], Object.values(wanted));
    const listed = await listOf(customer.get('/tokens'));
    assert.ok(!JSON.stringify(listed).includes(data.raw_token));
    const found = listed.find(({ uuid }) => uuid === data.token.uuid);
    assert.deepEqual(found, { ...data.token, revoked_at: null, last_used_at: null });
  });

  it('gives a repeated create the same token', async () => {
    const create = () =>
      customer.post('/tokens', { name: 'n', scopes: ['messages'] }).set('idempotency-key', 'token-1');
    const [first, second] = [await create().expect(200), await create().expect(200)];
    assert.equal(second.text, first.text);
    assert.equal(second.headers['idempotent-replayed'], 'true');
    await customer
      .post('/tokens', { name: 'm', scopes: ['messages'] })
      .set('idempotency-key', 'token-1')
      .expect(422);
  });

  it('grants nothing its own token lacks', async () => {
    const limited = await customer.withScopes('api_tokens', 'messages');
    await limited.post('/tokens', { name: 'n', scopes: ['messages'] }).expect(200);
    const refused = await limited.post('/tokens', { name: 'n', scopes: ['messages', 'webhooks'] }).expect(403);
    assert.deepEqual(refused.body, {
      success: false,
      error: 'a token cannot grant a scope it lacks: webhooks',
      code: 'scope_missing',
    });
  });

  it('refuses what a token may not be used for', async () => {
    const sender = await customer.withScopes('messages');
    for (const path of ['/tokens', '/webhooks']) await sender.get(path).expect(403);
    const other = await customer.withScopes('webhooks');
    const refused = await other.post('/messages', habari).expect(403);
    assert.equal(refused.body.error, 'token lacks required scope: messages');
  });

  it('refuses what is not a token to be made', async () => {
    const refusal = async (body: object): Promise<string> => (await refusalOf(customer.post('/tokens', body))).error;
    assert.equal(await refusal({ scopes: ['messages'] }), 'name is required');
    assert.equal(await refusal({ name: 'n' }), 'scopes is required');
    assert.match(await refusal({ name: 'n', scopes: ['everything'] }), /^scopes\[0\] must be one of messages, /);
    assert.equal(await refusal({ name: 'n', scopes: [] }), 'scopes must have at least 1 item');
    assert.match(await refusal({ name: 'a\0b', scopes: ['messages'] }), /^name must be well-formed/);
    assert.match(await refusal({ name: 'n', scopes: ['messages'], expires_at: '2020-01-01T00:00:00Z' }), /future/);
  });

  it('revokes at once, also for sends that memory answers for', async () => {
    const sender = await customer.withScopes('messages');
    await sender.post('/messages', habari).expect(200);
    const tokens = await listOf(customer.get('/tokens'));
    const { uuid } = tokens.find(({ name, last_used_at: used }) => name === 'messages' && used !== null)!;
    const before = await until(async () => {
      const balance = await customer.balance();
      return balance.held === 0 ? balance : undefined;
    });
    assert.deepEqual(await dataOf(customer.delete(`/tokens/${uuid}`)), { revoked: true });
    const refused = await sender.post('/messages', habari).expect(401);
    assert.equal(refused.headers['www-authenticate'], 'Bearer');
    assert.equal(refused.body.code, 'token_revoked');
    await sender.get('/balance').expect(401);
    assert.deepEqual(await customer.balance(), before);
    await customer.delete('/tokens/01a1fd3f-2cc1-7000-905c-f7e70dcc1a62').expect(404);
  });

  it('refuses a token that has expired, and one that nobody has', async () => {
    const { raw } = await host.sms.tokens.create(customer.accountId, {
      name: 'short',
      scopes: ['messages'],
      expiresAt: Date.now() + 300,
    });
    const ask = (token: string) => customer.get('/balance').set('authorization', `Bearer ${token}`);
    await ask(raw).expect(200);
    await new Promise((resolve) => setTimeout(resolve, 350));
    assert.equal((await refusalOf(ask(raw), 401)).code, 'token_expired');
    for (const unknown of [`mbs_${'a'.repeat(32)}`, 'nonsense', '', '\xff']) {
      assert.deepEqual(await refusalOf(ask(unknown), 401), {
        success: false,
        error: 'invalid or missing token',
        code: 'unauthenticated',
      });
    }
  });
});
