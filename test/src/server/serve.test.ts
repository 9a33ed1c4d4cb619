import assert from 'node:assert/strict';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { endProcesses, newFolder, ujumbe, UjumbeProcess, type Environment } from './ujumbe-process.js';

interface Serving {
  server: UjumbeProcess;
  /** Without the API's path. */
  origin: string;
  token: string;
  env: Environment;
}

const pauseMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function serve(env: Environment = {}): Promise<Serving> {
  const all = { UJUMBE_DATABASE_URL: `sqlite:${join(newFolder(), 'sms.sqlite')}`, ...env };
  const server = new UjumbeProcess(['serve', '--demo', '--json'], all);
  const [json] = await server.shows(/^\{.*\}$/m);
  const { url, demo } = JSON.parse(json) as { url: string; demo: { api_token: string } };
  return { server, origin: new URL(url).origin, token: demo.api_token, env: all };
}

const body = JSON.stringify({ to: '+255712345678', message: 'Habari' });

/** A request whose body is held back, as one that is under way when the process is told to stop. */
function startRequest({ origin, token }: Serving): { request: ClientRequest; answer: Promise<IncomingMessage> } {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': body.length,
  };
  const started = request(`${origin}/api/v1/messages`, { method: 'POST', headers });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    started.on('response', resolve).on('error', reject);
  });
  answer.catch(() => undefined);
  started.write(body.slice(0, 5));
  return { request: started, answer };
}

describe('ujumbe serve', function () {
  this.timeout(60_000);
  afterEach(endProcesses);

  it('answers probes and metrics, with no number in any label', async () => {
    const { server, origin, token } = await serve();
    const get = (path: string): Promise<Response> =>
      fetch(origin + path, { headers: { authorization: `Bearer ${token}` } });
    assert.deepEqual(await (await get('/healthz')).json(), { ok: true });
    const ready = await get('/readyz');
    assert.deepEqual([ready.status, await ready.json()], [200, { ok: true }]);
    await get('/api/v1/messages?phone=%2B255712345678');
    await get('/255712345678');
    const metrics = await get('/metrics');
    const text = await metrics.text();
    assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain/);
    assert.match(text, /_count\{method="GET",endpoint="\/api\/v1\/messages",status="200"\} 1/);
    assert.match(text, /_count\{method="GET",endpoint="unmatched",status="404"\} 1/);
    assert.match(text, /ujumbe_queue_messages\{state="ready"\} 0/);
    assert.match(text, /process_resident_memory_bytes \d/);
    assert.ok(!text.includes('255712345678'));
    assert.equal((await server.stop()).code, 0);
  });

  it('says what it does not have as the API says it, without a stack', async () => {
    const { origin } = await serve();
    for (const [path, status] of [
      ['/nothing', 404],
      ['/%', 404],
      ['/api/v1/nothing', 404],
    ] as const) {
      const response = await fetch(origin + path);
      const answer = (await response.json()) as { success: boolean; error: string; code: string };
      assert.equal(response.status, status, path);
      assert.equal(answer.success, false);
      assert.ok(!JSON.stringify(answer).includes(' at '), answer.error);
      assert.equal(response.headers.get('x-powered-by'), null);
    }
  });

  it('finishes a request that is under way when it is told to stop', async () => {
    const serving = await serve();
    const started = startRequest(serving);
    await pauseMs(100);
    // The terminal's and npm's signals arrive together and are one Ctrl-C.
    serving.server.signal('SIGINT');
    serving.server.signal('SIGINT');
    await pauseMs(300);
    await assert.rejects(fetch(`${serving.origin}/healthz`), 'it still accepts connections');
    started.request.end(body.slice(5));
    assert.equal((await started.answer).statusCode, 200);
    (await started.answer).resume();
    assert.equal((await serving.server.finished).code, 0);
  });

  it('stops at once at a second Ctrl-C', async () => {
    const serving = await serve();
    const started = startRequest(serving);
    await pauseMs(100);
    serving.server.signal('SIGINT');
    await pauseMs(700);
    const { code } = await serving.server.stop();
    assert.equal(code, 130);
    started.request.destroy();
  });

  it('ends event streams when it stops, instead of waiting for their readers', async () => {
    const { server, origin, token } = await serve();
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const stream = await fetch(`${origin}/api/v1/events`, { headers });
    const read = stream.text();
    const stoppingAt = Date.now();
    assert.equal((await server.stop()).code, 0);
    assert.match(await read, /^: open/);
    assert.ok(Date.now() - stoppingAt < 4_000);
  });

  it('logs to stderr, in JSON where there is no terminal', async () => {
    const env = { UJUMBE_DATABASE_URL: `sqlite:${join(newFolder(), 'sms.sqlite')}` };
    const server = new UjumbeProcess(['serve'], env);
    await server.shows(/^Ujumbe answers at http:\/\/127\.0\.0\.1:\d+\/api\/v1/);
    const { code, stderr } = await server.stop();
    assert.equal(code, 0);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    assert.ok(lines.some(({ msg }) => msg === 'serving'));
  });
});

describe('ujumbe serve refuses to start', function () {
  this.timeout(60_000);
  afterEach(endProcesses);

  const sqlite = (): string => `sqlite:${join(newFolder(), 'sms.sqlite')}`;

  it('on a port in use, in one sentence', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const { code, stdout, stderr } = await ujumbe(['serve'], {
      UJUMBE_PORT: String(port),
      UJUMBE_DATABASE_URL: sqlite(),
    });
    holder.close();
    assert.deepEqual([code, stdout], [1, '']);
    assert.equal(stderr, `127.0.0.1:${port} is in use by another program; set UJUMBE_PORT to a free port.\n`);
  });

  it('with a setting that does not exist or cannot be meant', async () => {
    const wrongName = await ujumbe(['serve'], { UJUMBE_PROT: '1' });
    assert.deepEqual(
      [wrongName.code, wrongName.stdout, wrongName.stderr],
      [1, '', 'UJUMBE_PROT is not a setting; did you mean UJUMBE_PORT?\n'],
    );
    const wrongValue = await ujumbe(['serve', '--json'], { UJUMBE_SECRET: 'hunter2' });
    assert.equal(wrongValue.code, 1);
    const { error, code } = JSON.parse(wrongValue.stderr) as { error: string; code: string };
    assert.equal(code, 'configuration');
    assert.ok(error.startsWith('UJUMBE_SECRET must be') && !error.includes('hunter2'));
  });

  const databases: [string, string, RegExp][] = [
    ['whose folder does not exist', 'sqlite:/nonexistent/sms.sqlite', /cannot be opened/],
    ['that is a folder', 'sqlite:/', /cannot be opened/],
    ['that nobody listens for', 'postgres://me:hunter2@127.0.0.1:1/sms', /does not answer/],
    ['on a host that does not exist', 'postgres://me:hunter2@ujumbe.invalid/sms', /host name/],
  ];
  for (const [what, url, sentence] of databases) {
    it(`on a database ${what}`, async () => {
      const { code, stdout, stderr } = await ujumbe(['serve', '--json'], { UJUMBE_DATABASE_URL: url });
      assert.deepEqual([code, stdout], [1, '']);
      const refused = JSON.parse(stderr) as { error: string; code: string };
      assert.equal(refused.code, 'database_unavailable');
      assert.match(refused.error, sentence);
      assert.ok(!stderr.includes('hunter2'));
    });
  }
});
