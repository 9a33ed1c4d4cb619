import assert from 'node:assert/strict';
import { canonical, kimisms, type Dialect } from '@ujumbe/express-router';
import { describeOnDatabases } from '../support/databases.js';
import { openDialectHost, type DialectHost, type HostOptions } from './dialect-host.js';

/** Tells what the router knows of where a request came from, three times in a minute for each address. */
function telling(): Dialect {
  return {
    ...canonical(),
    name: 'telling',
    prefix: '/telling',
    owns: ['/telling'],
    limits: [{ name: 'strangers', limit: 3, windowMs: 60_000, per: 'address' }],
    endpoints: [
      {
        method: 'GET',
        path: '/where',
        summary: 'Tells where a request came from',
        credential: null,
        handle: ({ address, url }) => Promise.resolve({ status: 200, body: JSON.stringify([address, url.protocol]) }),
      },
    ],
  };
}

const here = ['127.0.0.1', '::ffff:127.0.0.1'];

describeOnDatabases('Dialects: whose word on an address counts', (open) => {
  let host: DialectHost;
  afterEach(async () => {
    assert.deepEqual(host.logged, []);
    await host.close();
  });

  const openHost = async (trustProxy: NonNullable<HostOptions['trustProxy']>): Promise<void> => {
    host = await openDialectHost(open, { dialects: [telling(), kimisms({ requireHttps: true })], trustProxy });
  };
  const ask = (path: string, headers: Record<string, string>, method = 'GET'): Promise<Response> =>
    fetch(host.url + path, { method, headers });
  const where = async (headers: Record<string, string>): Promise<[address: string, protocol: string]> =>
    (await (await ask('/telling/where', headers)).json()) as [string, string];
  /** What a token is refused with: that it was asked for in the clear, or that nothing else was said. */
  const tokenStatus = async (headers: Record<string, string>): Promise<number> =>
    (await ask('/api/generate-token', headers, 'POST')).status;

  const claimed = { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' };

  it('is nobody’s where the host trusts no proxy', async () => {
    await openHost(false);
    const [address, protocol] = await where(claimed);
    assert.ok(here.includes(address), address);
    assert.equal(protocol, 'http:');
    assert.equal(await tokenStatus(claimed), 403);
    // Whoever calls himself something else each time is counted as himself.
    for (const last of [2, 3])
      assert.equal((await ask('/telling/where', { 'x-forwarded-for': `192.0.2.${last}` })).status, 200);
    assert.equal((await ask('/telling/where', { 'x-forwarded-for': '192.0.2.4' })).status, 429);
  });

  it('is that of the one proxy before it, and not what the client told that', async () => {
    await openHost(1);
    assert.deepEqual(await where({ ...claimed, 'x-forwarded-for': '203.0.113.9, 192.0.2.1' }), ['192.0.2.1', 'https:']);
    assert.equal(await tokenStatus(claimed), 400);
    assert.equal(await tokenStatus({ 'x-forwarded-proto': 'http' }), 403);
    assert.equal(await tokenStatus({}), 403);
    for (const spoofed of ['198.51.100.1', '198.51.100.2']) await where({ 'x-forwarded-for': `${spoofed}, 192.0.2.1` });
    const refused = await ask('/telling/where', { 'x-forwarded-for': '198.51.100.3, 192.0.2.1' });
    assert.equal(refused.status, 429);
    assert.deepEqual(await where({ 'x-forwarded-for': '192.0.2.1, 192.0.2.7' }), ['192.0.2.7', 'http:']);
  });

  it('is that of proxies whose addresses the host has named', async () => {
    await openHost(['loopback', '10.0.0.0/8']);
    assert.deepEqual(await where({ 'x-forwarded-for': '198.51.100.1, 192.0.2.1, 10.1.2.3' }), ['192.0.2.1', 'http:']);
    assert.equal(await tokenStatus(claimed), 400);
    await host.close();
    await openHost(['10.0.0.0/8']);
    const [address] = await where(claimed);
    assert.ok(here.includes(address), address);
    assert.equal(await tokenStatus(claimed), 403);
  });

  it('is passed over where it is no address', async () => {
    await openHost(1);
    for (const odd of ['', ' ', 'unknown', "'; DROP TABLE sms_accounts; --", '1'.repeat(2_000), '::1%eth0']) {
      assert.equal((await ask('/telling/where', { 'x-forwarded-for': odd })).status, 200, odd);
    }
    // Asked of the others as well, so that no address is counted a fourth time.
    assert.equal(await tokenStatus({ 'x-forwarded-proto': 'https, http' }), 400);
    assert.equal(await tokenStatus({ 'x-forwarded-proto': 'http, https' }), 403);
  });
});
