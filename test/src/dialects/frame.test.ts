import assert from 'node:assert/strict';
import { canonical, defaultDialects, mobilesasaLegacy, type Dialect } from '@ujumbe/express-router';
import { describeOnDatabases } from '../support/databases.js';
import { openDialectHost, type DialectHost } from './dialect-host.js';

const life = { accessMs: 3_600_000, refreshMs: 604_800_000 };

/** A dialect of the test's own: names and passwords, a limit for strangers, and what was asked for. */
function ownDialect(): Dialect {
  const base = canonical();
  return {
    ...base,
    name: 'own',
    prefix: '/own',
    owns: ['/own'],
    limits: [{ name: 'strangers', limit: 3, windowMs: 60_000, per: 'address' }],
    credential: ({ headers, address }) => {
      const [login = '', password = ''] = (headers['x-login']?.toString() ?? '').split(' ');
      return login === '' ? undefined : { kind: 'user', login, password, address };
    },
    endpoints: [
      {
        method: 'GET',
        path: '/me',
        summary: 'Tells what the frame knows',
        handle: ({ access, url, address }) =>
          Promise.resolve({
            status: 200,
            body: JSON.stringify([access.credential.kind, url.href.replace(/:\d+\//, ':port/'), address]),
          }),
      },
      {
        method: 'GET',
        path: '/open',
        summary: 'Anybody may ask',
        credential: null,
        handle: () => Promise.resolve({ status: 200, body: '{}' }),
      },
    ],
  };
}

describeOnDatabases('Dialects: the frame', (open) => {
  let host: DialectHost;

  before(async () => {
    const limits = { 'canonical.requests': { limit: 5, windowMs: 60_000 } };
    host = await openDialectHost(open, { dialects: [...defaultDialects(), ownDialect()], limits });
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  it('lets a session do what a token does, until it ends', async () => {
    const { account, user } = await host.open();
    const { tokens } = await host.sms.users.logIn(
      { login: user.username, password: user.password, address: 'x' },
      life,
    );
    const ask = (): Promise<Response> =>
      fetch(`${host.url}/api/v1/tokens`, { headers: { authorization: `Bearer ${tokens.access}` } });
    const answer = await ask();
    assert.equal(answer.status, 200);
    assert.equal(((await answer.json()) as { data: unknown[] }).data.length, 1);
    await host.sms.accounts.suspend(account.id);
    assert.equal((await ask()).status, 403);
    await host.sms.accounts.resume(account.id);
    await host.sms.users.logOut(tokens.sessionId);
    assert.equal((await ask()).status, 401);
    const refresh = { authorization: `Bearer ${tokens.refresh}` };
    assert.equal((await fetch(`${host.url}/api/v1/tokens`, { headers: refresh })).status, 401);
  });

  it('writes limits of the canonical API as the draft of the IETF does, where a host sets one', async () => {
    const { apiToken } = await host.open();
    const ask = (): Promise<Response> => fetch(`${host.url}/api/v1/balance`, { headers: { 'x-api-key': apiToken } });
    const first = await ask();
    assert.equal(first.headers.get('ratelimit-policy'), '"requests";q=5;w=60');
    assert.match(first.headers.get('ratelimit') ?? '', /^"requests";r=4;t=\d\d?$/);
    for (let more = 0; more < 4; more++) assert.equal((await ask()).status, 200);
    const refused = await ask();
    assert.equal(refused.status, 429);
    assert.match(refused.headers.get('ratelimit') ?? '', /^"requests";r=0;t=\d\d?$/);
    assert.match(refused.headers.get('retry-after') ?? '', /^\d\d?$/);
    assert.equal(((await refused.json()) as { code: string }).code, 'rate_limited');
  });

  it('counts strangers by their address, and their wrong credentials too', async () => {
    const from = (address: string, path: string, login = ''): Promise<number> =>
      fetch(`${host.url}/own${path}`, { headers: { 'x-forwarded-for': address, 'x-login': login } }).then(
        ({ status }) => status,
      );
    assert.equal(await from('192.0.2.1', '/open'), 200);
    assert.equal(await from('192.0.2.1', '/me'), 401);
    assert.equal(await from('192.0.2.1', '/me', 'nobody wrong'), 401);
    assert.equal(await from('192.0.2.1', '/open'), 429);
    assert.equal(await from('192.0.2.1', '/me'), 429);
    assert.equal(await from('192.0.2.2', '/open'), 200);
    const { user } = await host.open();
    assert.equal(await from('192.0.2.1', '/me', `${user.username} ${user.password}`), 200);
    // All of a /64 is one customer's.
    for (let asked = 0; asked < 3; asked++) assert.equal(await from(`2001:db8::${asked}`, '/open'), 200);
    assert.equal(await from('2001:db8::ffff:1', '/open'), 429);
    assert.equal(await from('2001:db8:0:1::1', '/open'), 200);
  });

  it('tells handlers who asks and where', async () => {
    const { user } = await host.open();
    const headers = {
      'x-login': `${user.username} ${user.password}`,
      'x-forwarded-for': '192.0.2.9',
      'x-forwarded-proto': 'https',
    };
    const answer = await fetch(`${host.url}/own/me/?page=2`, { headers });
    assert.deepEqual(await answer.json(), ['user', 'https://127.0.0.1:port/own/me/?page=2', '192.0.2.9']);
  });

  it('takes forms in parts where a vendor does, and passes their files over', async () => {
    const { apiToken } = await host.open({ sender: 'MOBILESASA' });
    const form = new FormData();
    for (const [name, value] of Object.entries({ senderID: 'MOBILESASA', phone: '0712345678', message: 'Habari 😀' })) {
      form.set(name, value);
    }
    form.set('api_token', apiToken);
    form.set('file', new Blob(['not wanted']), 'x.txt');
    const answer = await fetch(`${host.url}/v1/send/message`, { method: 'POST', body: form });
    const said = (await answer.json()) as { responseCode: string };
    assert.equal(said.responseCode, '0200', JSON.stringify(said));
    const broken = await fetch(`${host.url}/v1/send/message?api_token=${apiToken}`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data' },
      body: 'x',
    });
    assert.equal(broken.status, 400);
  });

  it('answers an unknown path in the words of whose it is, and leaves others to the host', async () => {
    for (const [path, code] of [
      ['/api/v1/nothing', 'not_found'],
      ['/own/nothing', 'not_found'],
    ] as const) {
      const answer = await fetch(host.url + path);
      assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [404, code]);
    }
    for (const path of ['/api', '/api/nothing', '/v1', '/v1/send', '/v1/send/nothing', '/']) {
      const answer = await fetch(host.url + path);
      assert.match(await answer.text(), /Cannot GET/, path);
    }
  });

  it('never redirects, whatever the slash', async () => {
    for (const path of ['/api/generate-token', '/v1/send/message', '/api/v1/messages']) {
      for (const slash of ['', '/']) {
        const answer = await fetch(host.url + path + slash, { method: 'POST', redirect: 'manual' });
        assert.ok([400, 401].includes(answer.status), `${path}${slash}: ${answer.status}`);
      }
    }
  });

  it('refuses settings of limits that do not exist, and dialects that collide', async () => {
    const odd = openDialectHost(open, { limits: { 'kimisms.nothing': null } });
    await assert.rejects(odd, /kimisms\.nothing is not one of canonical\.requests/);
    const twice = openDialectHost(open, { dialects: [mobilesasaLegacy(), mobilesasaLegacy()] });
    await assert.rejects(twice, /listed twice/);
  });
});
