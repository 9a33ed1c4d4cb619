import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import {
  assertPublicUrl,
  createGuardedDispatcher,
  isPublicAddress,
  parsePublicUrl,
  type GuardedDispatcher,
  type GuardedDispatcherOptions,
  type ResolveAddresses,
} from './address-guard.js';

const bypasses = [
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '127.1',
  '[::ffff:127.0.0.1]',
  '0',
  'localhost',
  '[::1]',
  '169.254.169.254',
  '10.0.0.1',
];
const publicAddress = '93.184.216.34';

/** Names in the tests answer what the test says, each time the next of the list; literals never get here. */
function resolver(...answers: string[][]): ResolveAddresses & { calls: number } {
  const resolve = (): Promise<readonly string[]> =>
    Promise.resolve(answers[Math.min(resolve.calls++, answers.length - 1)]!);
  resolve.calls = 0;
  return resolve;
}

describe('address guard', () => {
  let port = 0;
  let reached = 0;
  const server = createServer((_request, response) => {
    reached += 1;
    response.end('ok');
  });
  const closing: GuardedDispatcher[] = [];

  before((done) => {
    server.listen(0, '127.0.0.1', () => {
      port = (server.address() as AddressInfo).port;
      done();
    });
  });
  beforeEach(() => {
    reached = 0;
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((guarded) => guarded.close()));
  });
  after((done) => {
    server.close(done);
    server.closeAllConnections();
  });

  const get = async (url: string, options: Partial<GuardedDispatcherOptions> = {}): Promise<number> => {
    const guarded = createGuardedDispatcher({ allowHosts: [], timeoutMs: 2_000, ...options });
    closing.push(guarded);
    const { origin, pathname } = new URL(url);
    const response = await guarded.dispatcher.request({ origin, path: pathname, method: 'GET' });
    await response.body.dump();
    return response.statusCode;
  };

  describe('createGuardedDispatcher', () => {
    for (const host of bypasses) {
      it(`does not connect to ${host}`, async () => {
        await assert.rejects(get(`http://${host}:${port}/`), { code: 'address_refused' });
        await assert.rejects(get(`https://${host}:${port}/`), { code: 'address_refused' });
        assert.equal(reached, 0);
      });
    }

    it('does not connect to a name that answers a private address, alone or among public ones', async () => {
      for (const answer of [['127.0.0.1'], [publicAddress, '10.0.0.1'], ['::ffff:7f00:1'], []]) {
        await assert.rejects(get(`http://hook.test:${port}/`, { resolve: resolver(answer) }), {
          code: 'address_refused',
        });
      }
      assert.equal(reached, 0);
    });

    it('does not connect to a name that was public when the subscription was created', async () => {
      const resolve = resolver([publicAddress], ['127.0.0.1']);
      const url = `http://rebind.test:${port}/`;
      await assertPublicUrl(url, { allowHosts: [], resolve });
      await assert.rejects(get(url, { resolve }), { code: 'address_refused' });
      assert.equal(resolve.calls, 2);
      assert.equal(reached, 0);
    });

    it('resolves once for each connection and tries only what was answered then', async () => {
      const resolve = resolver([publicAddress, '2606:2800:220:1:248:1893:25c8:1946'], ['127.0.0.1']);
      let tried: unknown;
      const build: typeof buildConnector = (options) => (_target, callback) => {
        (options as { lookup: LookupFunction }).lookup('pinned.test', { all: true }, (_error, addresses) => {
          tried = addresses;
          callback(new Error('far enough'), null);
        });
      };
      await assert.rejects(get('http://pinned.test/', { resolve, buildConnector: build }), /far enough/);
      assert.equal(resolve.calls, 1);
      assert.deepEqual(tried, [
        { address: publicAddress, family: 4 },
        { address: '2606:2800:220:1:248:1893:25c8:1946', family: 6 },
      ]);
    });

    it('cuts a socket that has reached a private address all the same', async () => {
      const astray: typeof buildConnector = () => (target, callback) =>
        buildConnector({})({ ...target, hostname: '127.0.0.1' }, callback);
      const options = { resolve: resolver([publicAddress]), buildConnector: astray };
      await assert.rejects(get(`http://astray.test:${port}/`, options), { code: 'address_refused' });
      assert.equal(reached, 0);
    });

    it('lets through what the application allows, by name or address, with or without a port', async () => {
      const resolve = resolver(['127.0.0.1']);
      for (const entry of ['127.0.0.1', `127.0.0.1:${port}`, 'hook.test', `HOOK.test.:${port}`, '::ffff:127.0.0.1']) {
        assert.equal(await get(`http://hook.test:${port}/`, { allowHosts: [entry], resolve }), 200);
      }
      for (const entry of ['localhost', `localhost:${port}`]) {
        assert.equal(await get(`http://localhost:${port}/`, { allowHosts: [entry] }), 200);
      }
      assert.equal(await get(`http://0x7f.1:${port}/`, { allowHosts: ['127.0.0.1'] }), 200);
    });

    it('keeps an allowed host from opening another host or another port', async () => {
      const resolve = resolver(['127.0.0.1']);
      for (const entry of ['other.test', '127.0.0.1:1', 'hook.test:1', '127.0.0.2', '[::1]:80']) {
        await assert.rejects(get(`http://hook.test:${port}/`, { allowHosts: [entry], resolve }), {
          code: 'address_refused',
        });
      }
    });

    it('does not wait for ever for a resolver', async () => {
      const resolve: ResolveAddresses = () => new Promise(() => {});
      await assert.rejects(get('http://slow.test/', { resolve, timeoutMs: 30 }), { code: 'UND_ERR_CONNECT_TIMEOUT' });
    });

    it('passes on that a name does not resolve', async () => {
      const resolve: ResolveAddresses = () => Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
      await assert.rejects(get('http://none.test/', { resolve }), { code: 'ENOTFOUND' });
    });

    it('refuses a typing error in allowHosts when it is made', () => {
      for (const entry of [
        '',
        'http://localhost',
        'a b',
        'a@b',
        'host:',
        'host:65536',
        'host:port',
        '10.0.0.0/8',
        '::1:99999',
      ]) {
        assert.throws(() => createGuardedDispatcher({ allowHosts: [entry], timeoutMs: 1 }), {
          code: 'invalid_request',
        });
      }
    });
  });

  describe('assertPublicUrl', () => {
    const check = (url: string, ...answer: string[]): Promise<URL> =>
      assertPublicUrl(url, { allowHosts: [], resolve: resolver(answer) });

    for (const host of bypasses) {
      it(`refuses ${host}`, async () => {
        const refusal = { name: 'SmsError', code: 'invalid_request', message: /private, loopback or reserved/ };
        await assert.rejects(check(`https://${host}/hook`, publicAddress), refusal);
        assert.throws(() => parsePublicUrl(`https://${host}/hook`, { allowHosts: [] }), refusal);
      });
    }

    it('accepts a public name and a public literal', async () => {
      assert.equal(
        (await check('https://example.com:8443/hook?a=1', publicAddress)).href,
        'https://example.com:8443/hook?a=1',
      );
      await check('http://93.184.216.34/');
      await check('http://[2606:2800:220:1:248:1893:25c8:1946]/');
    });

    it('refuses a name with a private address', async () => {
      await assert.rejects(check('https://example.com/', publicAddress, '192.168.1.1'), { code: 'invalid_request' });
      await assert.rejects(check('https://a.localhost/', publicAddress), { code: 'invalid_request' });
      await assert.rejects(check('https://localhost./', publicAddress), { code: 'invalid_request' });
    });

    it('accepts a name that does not resolve yet', async () => {
      const resolve: ResolveAddresses = () => Promise.reject(new Error('ENOTFOUND'));
      await assertPublicUrl('https://soon.example.com/', { allowHosts: [], resolve });
    });

    it('accepts what the application allows', async () => {
      const allowHosts = ['localhost', '10.0.0.1:9000', '::1'];
      await assertPublicUrl('http://localhost:25/', { allowHosts });
      await assertPublicUrl('http://10.0.0.1:9000/', { allowHosts });
      await assertPublicUrl('http://[::1]/', { allowHosts });
      await assert.rejects(assertPublicUrl('http://10.0.0.1/', { allowHosts }), { code: 'invalid_request' });
    });

    it('refuses another scheme, credentials, odd ports and lengths, and what is no URL', async () => {
      const refusals: [url: string, because: RegExp][] = [
        ['ftp://example.com/', /https:\/\//],
        ['file:///etc/passwd', /https:\/\//],
        ['https://user:pw@example.com/', /user name or password/],
        ['https://user@example.com/', /user name or password/],
        ['http://example.com:25/', /port 25/],
        ['http://example.com:0/', /port 0/],
        ['http://example.com:65536/', /cannot be read/],
        [`https://example.com/${'a'.repeat(2048)}`, /longer than 2048/],
        ['example.com/hook', /cannot be read/],
        ['', /cannot be read/],
      ];
      for (const [url, because] of refusals) {
        await assert.rejects(check(url, publicAddress), { code: 'invalid_request', message: because });
      }
    });
  });

  it('knows public addresses from all others', () => {
    for (const address of [publicAddress, '1.1.1.1', '::ffff:1.1.1.1', '2a00:1450:4001::1']) {
      assert.ok(isPublicAddress(address), address);
    }
    const others = ['0.0.0.0', '100.64.0.1', '172.16.0.1', '192.168.0.1', '198.18.0.1', '203.0.113.1', '224.0.0.1'];
    const others6 = [
      '::',
      'fe80::1',
      'fe80::1%eth0',
      'fc00::1',
      'fec0::1',
      'ff02::1',
      '100::1',
      '2001:db8::1',
      '3fff::1',
    ];
    const wrapped = ['::127.0.0.1', '::ffff:10.0.0.1', '2002:7f00:1::', '64:ff9b::7f00:1', '64:ff9b:1::1', '2001::1'];
    for (const address of [
      ...others,
      '255.255.255.255',
      ...others6,
      ...wrapped,
      '',
      'localhost',
      '127.1',
      '1.1.1.1/8',
    ]) {
      assert.ok(!isPublicAddress(address), address);
    }
  });
});
