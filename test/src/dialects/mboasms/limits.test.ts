import assert from 'node:assert/strict';
import { mboasms } from '@ujumbe/express-router';
import { describeOnDatabases } from '../../support/databases.js';
import { openDialectHost, type DialectHost } from '../dialect-host.js';
import { ask, assertRefused, base, hello, type Answer } from './mboa-client.js';

describeOnDatabases('MboaSMS: limits by plan', (open) => {
  let host: DialectHost;

  before(async () => {
    const dialect = mboasms({ plans: { standard: 3, premium: 5, gold: 4 } });
    host = await openDialectHost(open, { dialects: [dialect] });
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  /** Asks until it is refused, at most so often; answers how often it was not. */
  const exhaust = async (key: string, most = 8): Promise<{ allowed: number; last: Answer }> => {
    for (let allowed = 0; ; allowed++) {
      const last = await ask(host, `${base}/send`, { 'x-api-key': key }, hello);
      if (last.status === 429 || allowed === most) return { allowed, last };
    }
  };

  it('counts the requests of an account together, and says what is left', async () => {
    const { account, keys, user } = await host.open({ country: 'CM', currency: 'XAF', sender: 'MboaSMS' });
    const { raw } = await host.sms.keys.create(account.id, { form: 'mboa', name: 'second' });
    const first = await ask(host, `${base}/send`, { 'x-api-key': keys.mboa }, hello);
    assert.equal(first.headers.get('x-ratelimit-limit'), '3');
    assert.equal(first.headers.get('x-ratelimit-remaining'), '2');
    const pair = Buffer.from(`${user.username}:${user.password}`).toString('base64');
    await ask(host, `${base}/send-with-auth`, { authorization: `Basic ${pair}` }, hello);
    const { allowed, last } = await exhaust(raw);
    assert.equal(allowed, 1);
    const seconds = last.headers.get('retry-after') ?? '';
    assertRefused(last, 429, 'RATE_LIMIT_EXCEEDED', new RegExp(`^Retry after ${seconds} seconds?$`));
    assert.equal(last.body.message, 'Too many requests');
    assert.equal(last.headers.get('x-ratelimit-remaining'), '0');
    assert.ok(Number(seconds) >= 1 && Number(seconds) <= 60);
    assert.equal(last.headers.get('x-ratelimit-reset'), seconds);
    const other = await host.open({ country: 'CM', currency: 'XAF', sender: 'MboaSMS' });
    assert.equal((await ask(host, `${base}/send`, { 'x-api-key': other.keys.mboa }, hello)).status, 200);
  });

  it('gives each plan what it has, and takes a plan nobody named for the usual one', async () => {
    for (const [plan, expected] of [
      ['premium', 5],
      ['Gold', 4],
      ['copper', 3],
    ] as const) {
      const { keys } = await host.open({ country: 'CM', currency: 'XAF', sender: 'MboaSMS', plan });
      assert.equal((await exhaust(keys.mboa)).allowed, expected, plan);
    }
    const { keys } = await host.open({ country: 'CM', currency: 'XAF', sender: 'MboaSMS', plan: 'enterprise' });
    const { allowed, last } = await exhaust(keys.mboa);
    assert.equal(allowed, 8);
    assert.equal(last.headers.get('x-ratelimit-limit'), null);
  });

  it('follows a change of plan', async () => {
    const { account, keys, user } = await host.open({ country: 'CM', currency: 'XAF', sender: 'MboaSMS' });
    const life = { accessMs: 60_000, refreshMs: 60_000 };
    const { tokens } = await host.sms.users.logIn({ login: user.username, password: user.password, address: '' }, life);
    const list = (): Promise<Answer> =>
      ask(host, `${base}/api-keys`, { authorization: `Bearer ${tokens.access}` }, undefined, 'GET');
    await exhaust(keys.mboa);
    assertRefused(await list(), 429, 'RATE_LIMIT_EXCEEDED');
    await host.sms.accounts.setPlan(account.id, 'premium');
    const answer = await list();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('x-ratelimit-limit'), '5');
  });
});
