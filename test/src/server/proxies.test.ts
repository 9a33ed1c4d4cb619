import assert from 'node:assert/strict';
import { join } from 'node:path';
import { endProcesses, newFolder, UjumbeProcess, type Environment } from './ujumbe-process.js';

/** Where the platform answers, when it is run with some settings. */
async function serve(env: Environment): Promise<string> {
  const UJUMBE_DATABASE_URL = `sqlite:${join(newFolder(), 'sms.sqlite')}`;
  const server = new UjumbeProcess(['serve', '--json'], { UJUMBE_DATABASE_URL, ...env });
  const [json] = await server.shows(/^\{.*\}$/m);
  return new URL((JSON.parse(json) as { url: string }).url).origin;
}

async function tokenStatus(origin: string, headers: Record<string, string> = {}): Promise<number> {
  return (await fetch(`${origin}/api/generate-token`, { method: 'POST', headers })).status;
}

const secure = { 'x-forwarded-proto': 'https' };

describe('ujumbe serve behind a proxy', function () {
  this.timeout(60_000);
  afterEach(endProcesses);

  it('takes plain HTTP unless it is told not to', async () => {
    const origin = await serve({});
    assert.equal(await tokenStatus(origin), 400);
  });

  it('refuses plain HTTP where it is told to, and believes nobody who says it was HTTPS', async () => {
    const origin = await serve({ UJUMBE_REQUIRE_HTTPS: '1' });
    assert.equal(await tokenStatus(origin), 403);
    assert.equal(await tokenStatus(origin, secure), 403);
    // The other APIs are not the vendor's.
    assert.equal((await fetch(`${origin}/api/v1/messages`)).status, 401);
  });

  it('believes the proxies it is told of', async () => {
    for (const UJUMBE_TRUST_PROXY of ['1', 'loopback']) {
      const origin = await serve({ UJUMBE_REQUIRE_HTTPS: '1', UJUMBE_TRUST_PROXY });
      assert.equal(await tokenStatus(origin), 403);
      assert.equal(await tokenStatus(origin, secure), 400);
    }
  });
});
