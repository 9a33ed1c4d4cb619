import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { OpenedAccount } from '@ujumbe/core';
import { describeOnDatabases } from '../../support/databases.js';
import { openDialectHost, type DialectHost } from '../dialect-host.js';
import { ask, assertRefused, base, basic, bearer, hello } from './mboa-client.js';

const dayMs = 86_400_000;
const password = 'S3cret:mot:é漢';

describeOnDatabases('MboaSMS: credentials', (open) => {
  let host: DialectHost;
  let opened: OpenedAccount;
  let jwt: string;

  const logIn = async (): Promise<{ token: string; refreshToken: string }> => {
    const { status, body, text } = await ask(host, '/api/v1/auth/login', {}, { email: 'Awa@Mboa.example', password });
    assert.equal(status, 200, text);
    return body;
  };

  before(async () => {
    host = await openDialectHost(open, { limits: { 'mboasms.anonymous': null } });
    opened = await host.open({ country: 'CM', currency: 'XAF', sender: 'MboaSMS' });
    await host.sms.users.create(opened.account.id, {
      email: 'awa@mboa.example',
      phone: '699000001',
      username: 'awa',
      password,
    });
    jwt = (await logIn()).token;
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  const forged = (header: object, claims: object, key = 'another key'): string => {
    const head = Buffer.from(JSON.stringify(header)).toString('base64url');
    const said = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as object;
    const payload = Buffer.from(JSON.stringify({ ...said, ...claims })).toString('base64url');
    return `${head}.${payload}.${createHmac('sha256', key).update(`${head}.${payload}`).digest('base64url')}`;
  };

  it('refuses tokens that it has not issued', async () => {
    const [head = '', payload = '', signature = ''] = jwt.split('.');
    const none = forged({ alg: 'none' }, {});
    const otherClaims = Buffer.from('{"sub":"01890000-0000-7000-8000-000000000000"}').toString('base64url');
    for (const token of [
      none,
      none.slice(0, none.lastIndexOf('.') + 1),
      forged({ alg: 'HS256', typ: 'JWT' }, {}),
      forged({ alg: 'HS256', typ: 'JWT' }, {}, ''),
      forged({ alg: 'HS512', typ: 'JWT' }, {}),
      forged({ alg: 'RS256', typ: 'JWT' }, {}),
      `${head}.${otherClaims}.${signature}`,
      `${head}.${payload}.`,
      `${head}.${payload}.${signature}x`,
      `${head}..${signature}`,
      '..',
      'not a token',
      `${jwt}.${signature}`,
      'a'.repeat(10_000),
    ]) {
      const answer = await ask(host, `${base}/send`, bearer(token), hello);
      assertRefused(answer, 401, 'UNAUTHORIZED', 'Invalid or missing credentials');
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="MboaSMS"');
    }
  });

  it('takes no token for what it was not issued for', async () => {
    const { refreshToken } = await logIn();
    const client = await host.sms.clients.issueToken(
      { clientId: opened.client.id, clientSecret: opened.client.secret },
      dayMs,
    );
    for (const token of [refreshToken, client, opened.apiToken, opened.keys.mif]) {
      assertRefused(await ask(host, `${base}/send`, bearer(token), hello), 401, 'UNAUTHORIZED');
    }
    assertRefused(await ask(host, '/api/v1/auth/refresh', {}, { refreshToken: jwt }), 401, 'UNAUTHORIZED');
  });

  it('says that a token has expired, and refreshes it', async () => {
    const { token, refreshToken } = await logIn();
    host.clock.move(dayMs + 1_000);
    const late = await ask(host, `${base}/send`, bearer(token), hello);
    assertRefused(late, 401, 'UNAUTHORIZED', 'The token has expired; refresh it or log in again');
    const { body } = await ask(host, '/api/v1/auth/refresh', bearer(token), { refreshToken });
    assert.equal((await ask(host, `${base}/send`, bearer(body.token), hello)).status, 200);
    host.clock.move(31 * dayMs);
    assertRefused(
      await ask(host, '/api/v1/auth/refresh', {}, { refreshToken: body.refreshToken }),
      401,
      'UNAUTHORIZED',
    );
    jwt = (await logIn()).token;
  });

  it('knows a user by address, number and name, with any password', async () => {
    for (const login of ['awa@mboa.example', 'AWA@mboa.example', '+237699000001', '237699000001', 'awa', 'Awa']) {
      const answer = await ask(host, `${base}/send-with-auth`, basic(`${login}:${password}`), hello);
      assert.equal(answer.status, 200, `${login}: ${answer.text}`);
    }
  });

  it('refuses Basic that says nothing good', async () => {
    const other = await host.open({ country: 'CM', currency: 'XAF' });
    for (const credentials of [
      basic(other.user.username),
      basic(`${other.user.username}:`),
      basic(`:${other.user.password}`),
      basic(`${other.user.username}:${other.user.password} `),
      basic(`nobody:${other.user.password}`),
      { authorization: 'Basic' },
      { authorization: 'Basic %%%' },
      { authorization: `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0x00]).toString('base64')}` },
      bearer(opened.keys.mboa),
      { 'x-api-key': opened.keys.mboa },
      {},
    ]) {
      const answer = await ask(host, `${base}/send-with-auth`, credentials, hello);
      assertRefused(answer, 401, 'UNAUTHORIZED', 'Invalid or missing credentials');
      assert.equal(answer.headers.get('www-authenticate'), 'Basic realm="MboaSMS"');
    }
  });

  it('takes Basic nowhere else', async () => {
    for (const path of ['send', 'send-otp']) {
      assertRefused(await ask(host, `${base}/${path}`, basic(`awa:${password}`), hello), 401, 'UNAUTHORIZED');
    }
  });

  it('lets nobody try passwords for long', async () => {
    const { user } = await host.open({ country: 'CM', currency: 'XAF' });
    const attempt = (guess: string): ReturnType<typeof ask> =>
      ask(host, `${base}/send-with-auth`, basic(`${user.username}:${guess}`), hello);
    for (let guesses = 0; guesses < 10; guesses++)
      assertRefused(await attempt(`guess ${guesses}`), 401, 'UNAUTHORIZED');
    const refused = await attempt(user.password);
    assertRefused(refused, 429, 'RATE_LIMIT_EXCEEDED', /^Retry after \d+ seconds$/);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
  });

  it('shows keys once, and lets no key make keys', async () => {
    assertRefused(await ask(host, `${base}/api-keys`, bearer(opened.keys.mboa), { name: 'x' }), 401, 'UNAUTHORIZED');
    const list = await ask(host, `${base}/api-keys`, bearer(jwt), undefined, 'GET');
    assert.doesNotMatch(list.text, new RegExp(opened.keys.mboa));
    for (const [body, details] of [
      [{ name: ' ' }, /^name /],
      [{ name: 'x'.repeat(101) }, /^name must have at most 100 characters$/],
      [{ name: 'x', description: 'y'.repeat(501) }, /^description must have at most 500 characters$/],
      [{ name: 'a\0b' }, /^name must be well-formed text/],
      [{ name: 7 }, /^name must be a string$/],
    ] as const) {
      assertRefused(await ask(host, `${base}/api-keys`, bearer(jwt), body), 400, 'INVALID_REQUEST', details);
    }
  });
});
