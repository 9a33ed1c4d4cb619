import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, listOf, openApiHost, refusalOf, until, type ApiHost, type Customer, type Shown } from './api-host.js';

describeOnDatabases('API: tenants', (open) => {
  let host: ApiHost;
  let partner: Customer;
  let names = 0;

  before(async () => {
    host = await openApiHost(open);
    partner = await host.open({ kind: 'partner', credits: 10_000_000 });
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  const create = (body: object = {}): Promise<Shown> =>
    dataOf(partner.post('/tenants', { name: `Tenant ${++names}`, ...body }));

  /** A tenant that can send, and a token of its own. */
  async function sender(credits = 100): Promise<{ uuid: string; token: string }> {
    const { uuid } = await create({ credits });
    await host.sms.accounts.approveSender(uuid, 'DUKA');
    const { raw_token: token } = await dataOf(
      partner.post(`/tenants/${uuid}/tokens`, { name: 'till', scopes: ['messages'] }),
    );
    return { uuid, token };
  }

  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const message = { to: '+255712000000', message: 'Habari' };

  it('opens one with all it is given, once for a key', async () => {
    const body = {
      name: 'Duka la Asha',
      credits: 12.5,
      sender_id: 'ASHA',
      sender_id_purpose: 'receipts',
      user: { email: 'asha@example.com', password: 'a long password', first_name: 'Asha' },
      contact: { name: 'Asha', email: 'asha@example.com', phone: '0712345678' },
      brand: { name: 'Asha SMS', logo_url: 'https://example.com/a.png', colours: { primary: '#0a7d33' } },
      limits: { smpp_segments_per_second: 10, smpp_sessions: 1 },
      prices: [{ prefix: '+255', credits: 1.5 }],
    };
    const answer = await partner.post('/tenants', body).set('idempotency-key', 'asha').expect(200);
    const { data } = answer.body as { data: Shown & { user: Shown } };
    const { uuid, user, team_code: teamCode, created_at: createdAt, updated_at: updatedAt, ...shown } = data;
    assert.deepEqual(shown, {
      name: 'Duka la Asha',
      country: 'TZ',
      currency: 'TZS',
      state: 'active',
      contact: { name: 'Asha', email: 'asha@example.com', phone: '+255712345678' },
      brand: { name: 'Asha SMS', logo_url: 'https://example.com/a.png', colours: { primary: '#0a7d33' } },
      limits: { plan: null, smpp_segments_per_second: 10, smpp_sessions: 1 },
      balance: { available: 12.5, held: 0, captured: 0 },
    });
    assert.match(String(teamCode), /^DUKALAAS[A-Z0-9]{6}$/);
    assert.match(`${createdAt} ${String(updatedAt)}`, /^\S+Z \S+Z$/);
    assert.deepEqual([user.email, user.first_name], ['asha@example.com', 'Asha']);
    assert.ok(!answer.text.includes('password'));
    const again = await partner.post('/tenants', body).set('idempotency-key', 'asha').expect(200);
    assert.deepEqual(again.body, answer.body);
    assert.equal(again.headers['idempotent-replayed'], 'true');
    const other = partner.post('/tenants', { ...body, credits: 1 }).set('idempotency-key', 'asha');
    assert.equal((await refusalOf(other, 422)).code, 'idempotency_mismatch');
    const namesake = await partner.post('/tenants', { name: 'DUKA LA ASHA' }).expect(409);
    assert.deepEqual((namesake.body as { details: object }).details, { field: 'name', tenant_uuid: uuid });
    const { prices, ...got } = await dataOf(partner.get(`/tenants/${uuid}`));
    assert.deepEqual(
      (prices as Shown[]).map(({ prefix, credits }) => [prefix, credits]),
      [['255', 1.5]],
    );
    assert.deepEqual(got, { uuid, team_code: teamCode, created_at: createdAt, updated_at: updatedAt, ...shown });
    const found = await dataOf(partner.get('/tenants?search=ASHA&state=active&page_size=1'));
    assert.deepEqual([found.items, found.total], [[got], 1]);
  });

  it('says what is wrong, and opens nothing', async () => {
    const { total } = await dataOf(partner.get('/tenants'));
    const wrong: [object, string][] = [
      [{}, 'name is required'],
      [{ name: 'x', credits: -1 }, 'credits must be at least 0'],
      [{ name: 'x', owner: 'me' }, 'unknown field: owner'],
      [{ name: 'x', brand: { logo_url: 'javascript:alert(1)' } }, 'the logo URL must begin with https://'],
      [{ name: 'x', limits: { smpp_sessions: 99 } }, 'sessions must be from 1 to 5'],
      [{ name: 'x', user: { email: 'x' } }, 'user.password is required'],
    ];
    for (const [body, sentence] of wrong) {
      const refused = await refusalOf(partner.post('/tenants', body), 400);
      assert.ok(refused.error.startsWith(sentence), refused.error);
    }
    const priced = { name: 'x', prices: [{ prefix: '255', credits: 0.5 }] };
    const below = await partner.post('/tenants', priced).expect(409);
    assert.deepEqual((below.body as { details: object }).details, {
      below_cost: [{ prefix: '255', credits: 0.5, cost: 1 }],
    });
    const poor = await partner.post('/tenants', { name: 'x', credits: 20_000 }).expect(402);
    assert.equal((poor.body as { details: { needed: number } }).details.needed, 20_000);
    assert.equal((await dataOf(partner.get('/tenants'))).total, total);
  });

  it('asks for the scope, and for a partner', async () => {
    const { uuid } = await create();
    const other = await partner.withScopes('messages', 'api_tokens');
    assert.equal((await refusalOf(other.get('/tenants'), 403)).code, 'scope_missing');
    assert.equal((await refusalOf(other.post(`/tenants/${uuid}/suspend`), 403)).code, 'scope_missing');
    const standalone = await host.open();
    assert.equal((await refusalOf(standalone.post('/tenants', { name: 'x' }), 403)).code, 'scope_missing');
    assert.equal((await dataOf(standalone.get('/tenants'))).total, 0);
  });

  it('changes what is said', async () => {
    const { uuid, ...before } = await create({ contact: { name: 'Asha' }, brand: { colours: { primary: '#fff' } } });
    const changed = await dataOf(
      partner.patch(`/tenants/${uuid}`, { contact: { name: null, phone: '0712345678' }, brand: { name: 'New' } }),
    );
    assert.deepEqual(changed.contact, { name: null, email: null, phone: '+255712345678' });
    assert.deepEqual(changed.brand, { name: 'New', logo_url: null, colours: { primary: '#fff' } });
    assert.deepEqual([changed.name, changed.limits], [before.name, before.limits]);
    assert.equal(
      (await refusalOf(partner.patch(`/tenants/${uuid}`, { state: 'suspended' }), 400)).code,
      'invalid_request',
    );
  });

  it('gives credits, once for a reference and once for a key', async () => {
    const { uuid } = await create();
    const before = (await partner.balance()).available;
    const body = { credits: 40, reference: 'inv 7' };
    const first = await dataOf(partner.post(`/tenants/${uuid}/credit`, body));
    assert.deepEqual(
      [first.credits, first.reference, first.tenant_uuid, first.balance],
      [40, 'inv 7', uuid, { available: 40, held: 0 }],
    );
    const again = await partner.post(`/tenants/${uuid}/credit`, body).expect(200);
    assert.equal(again.headers['idempotent-replayed'], 'true');
    assert.equal(
      (await refusalOf(partner.post(`/tenants/${uuid}/credit`, { ...body, credits: 4 }), 409)).code,
      'conflict',
    );
    for (let times = 0; times < 2; times++) {
      await partner.post(`/tenants/${uuid}/credit`, { credits: 2 }).set('idempotency-key', 'two').expect(200);
    }
    assert.equal(before - (await partner.balance()).available, 42_000);
    const { items } = await dataOf(partner.get('/statement'));
    assert.deepEqual(
      items.filter(({ tenant_uuid: tenant }) => tenant === uuid).map(({ kind, amount }) => [kind, amount]),
      [
        ['transfer_out', 40],
        ['transfer_out', 2],
      ],
    );
    const refused = await refusalOf(partner.post(`/tenants/${uuid}/credit`, { credits: 1_000_000 }), 402);
    assert.equal(refused.code, 'insufficient_balance');
    for (const wrong of [{ credits: 0 }, { credits: -5 }, { credits: '5' }, {}]) {
      await refusalOf(partner.post(`/tenants/${uuid}/credit`, wrong), 400);
    }
  });

  it('makes tokens of a tenant’s own, with no more than the partner’s has', async () => {
    const { uuid } = await create();
    const made = await dataOf(partner.post(`/tenants/${uuid}/tokens`, { name: 'till', scopes: ['messages'] }));
    assert.match(made.raw_token, /^mbs_/);
    assert.deepEqual(
      (await listOf(partner.get(`/tenants/${uuid}/tokens`))).map(({ name, revoked_at: revoked }) => [name, revoked]),
      [['till', null]],
    );
    assert.ok(!(await listOf(partner.get('/tokens'))).some(({ uuid: id }) => id === made.token.uuid));
    const limited = await partner.withScopes('tenants');
    const more = limited.post(`/tenants/${uuid}/tokens`, { name: 'x', scopes: ['messages'] });
    assert.equal((await refusalOf(more, 403)).code, 'scope_missing');
    const bearer = as(made.raw_token);
    assert.equal((await fetch(`${host.url}/balance`, { headers: bearer })).status, 200);
    await partner.delete(`/tenants/${uuid}/tokens/${made.token.uuid}`).expect(200);
    assert.equal((await fetch(`${host.url}/balance`, { headers: bearer })).status, 401);
  });

  it('suspends at once whatever the tenant shows, and lets it go on', async () => {
    const { uuid, token } = await sender();
    const email = `user-${uuid}@example.com`;
    const { id } = await host.sms.users.create(uuid, { email, password: 'a long password' });
    const { access } = await host.sms.users.openSession(id, { accessMs: 60_000, refreshMs: 60_000 });
    const statuses = async (): Promise<number[]> =>
      Promise.all(
        [as(token), as(access), { ...as(partner.token), 'x-ujumbe-account': uuid }].map(async (headers) => {
          const body = JSON.stringify(message);
          const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body };
          return (await fetch(`${host.url}/messages`, init)).status;
        }),
      );
    assert.deepEqual(await statuses(), [200, 200, 200]);
    assert.equal((await dataOf(partner.post(`/tenants/${uuid}/suspend`))).state, 'suspended');
    assert.deepEqual(await statuses(), [403, 403, 403]);
    assert.equal((await dataOf(partner.get(`/tenants/${uuid}`))).state, 'suspended');
    assert.equal((await dataOf(partner.post(`/tenants/${uuid}/resume`))).state, 'active');
    assert.deepEqual(await statuses(), [200, 200, 200]);
  });

  it('acts for a tenant by a header, in its name and at its cost, with the token’s own scopes', async () => {
    const { uuid } = await sender();
    const before = await partner.balance();
    const sent = await dataOf(partner.post('/messages', message).set('x-ujumbe-account', uuid));
    assert.equal(sent.sender_id, 'DUKA');
    assert.deepEqual(await partner.balance(), before);
    assert.equal((await dataOf(partner.get(`/messages/${sent.uuid}`).set('x-ujumbe-account', uuid))).uuid, sent.uuid);
    await refusalOf(partner.get(`/messages/${sent.uuid}`), 404);
    const webhook = await dataOf(
      partner.post('/webhooks', { url: 'http://127.0.0.1:9/', events: ['*'] }).set('x-ujumbe-account', uuid),
    );
    assert.equal((await host.sms.webhooks.get(uuid, webhook.uuid)).accountId, uuid);
    const limited = await partner.withScopes('messages');
    assert.equal((await refusalOf(limited.get('/contacts').set('x-ujumbe-account', uuid), 403)).code, 'scope_missing');
    // A key is the tenant's when it is acted for: the same one of the partner's own is another.
    const key = 'one-key';
    const first = partner.post('/messages', message).set('x-ujumbe-account', uuid).set('idempotency-key', key);
    const own = partner.post('/messages', message).set('idempotency-key', key);
    assert.notEqual((await dataOf(first)).uuid, (await dataOf(own)).uuid);
    const wrong = partner.get('/balance').set('x-ujumbe-account', 'nonsense');
    assert.match((await refusalOf(wrong, 400)).error, /^X-Ujumbe-Account must be/);
  });

  it('tells the partner of its tenants, and tenants of what was decided', async () => {
    const { uuid, name } = await create({ credits: 3, sender_id: 'MPYA' });
    const created = await until(async () => {
      const { items } = await dataOf(partner.get('/events?limit=1000'));
      return items.find(({ type, data }) => type === 'tenant.created' && (data as Shown).uuid === uuid);
    });
    assert.deepEqual(created.data, { uuid, name, credits: 3 });
    const approved = await host.sms.accounts.approveSender(uuid, 'MPYA');
    const decided = await until(async () => {
      const { items } = await dataOf(partner.get('/events').set('x-ujumbe-account', uuid));
      return items.find(({ type }) => type === 'sender_id.approved');
    });
    assert.deepEqual(decided.data, { uuid: approved.id, name: 'MPYA', reason: null });
  });
});
