import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createGuardedDispatcher, type GuardedDispatcher } from './address-guard.js';
import { postWebhook, type PostResult, type WebhookPost } from './post-webhook.js';

const now = (): number => Date.now();

describe('postWebhook', () => {
  let guarded: GuardedDispatcher;
  const servers: Server[] = [];
  const sockets: Socket[] = [];

  beforeEach(() => {
    guarded = createGuardedDispatcher({ allowHosts: ['127.0.0.1'], timeoutMs: 2_000 });
  });
  afterEach(async () => {
    await guarded.dispatcher.destroy();
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
  });

  const listen = async (server: Server): Promise<string> => {
    servers.push(server);
    server.on('connection', (socket: Socket) => sockets.push(socket));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=1`;
  };
  const post = (url: string, options: Partial<WebhookPost> = {}): Promise<PostResult> =>
    postWebhook({ dispatcher: guarded.dispatcher, url, headers: {}, body: '{}', timeoutMs: 1_000, now, ...options });
  const postTo = async (listener: RequestListener, options: Partial<WebhookPost> = {}): Promise<PostResult> =>
    post(await listen(createServer(listener)), options);

  it('posts the body and headers as they are', async () => {
    const seen: unknown[] = [];
    const listener: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        seen.push(method, url, headers['webhook-id'], headers['content-type'], Buffer.concat(chunks).toString());
        response.end('thanks');
      });
    };
    const headers = { 'webhook-id': '1', 'content-type': 'application/json' };
    const result = await postTo(listener, { headers, body: '{"text":"Habari 🌍"}' });
    assert.deepEqual(seen, ['POST', '/hook?a=1', '1', 'application/json', '{"text":"Habari 🌍"}']);
    const { durationMs, ...rest } = result;
    assert.deepEqual(rest, {
      outcome: 'succeeded',
      status: 200,
      retryAfterMs: null,
      error: null,
      responseExcerpt: 'thanks',
    });
    assert.ok(durationMs >= 0 && durationMs < 1_000);
  });

  it('takes 2xx alone for success and 410 for the end', async () => {
    const outcomes = {
      200: 'succeeded',
      202: 'succeeded',
      204: 'succeeded',
      400: 'failed',
      410: 'gone',
      500: 'failed',
    };
    for (const [status, outcome] of Object.entries(outcomes)) {
      const result = await postTo((_request, response) => response.writeHead(Number(status)).end());
      assert.equal(result.outcome, outcome);
      assert.equal(result.status, Number(status));
      assert.equal(result.responseExcerpt, null);
      assert.equal(result.error === null, outcome === 'succeeded');
    }
  });

  it('does not follow a redirect', async () => {
    let reached = false;
    const elsewhere = await listen(
      createServer((_request, response) => {
        reached = true;
        response.end();
      }),
    );
    for (const status of [301, 302, 303, 307, 308]) {
      const result = await postTo((_request, response) => response.writeHead(status, { location: elsewhere }).end());
      assert.equal(result.outcome, 'failed');
      assert.match(result.error ?? '', /^redirected: /);
    }
    assert.equal(reached, false);
  });

  it('hears Retry-After', async () => {
    const result = await postTo((_request, response) => response.writeHead(503, { 'retry-after': '90' }).end('busy'));
    assert.equal(result.retryAfterMs, 90_000);
    assert.equal(result.responseExcerpt, 'busy');
    assert.match(result.error ?? '', /^http_status: .*503/);
  });

  it('keeps 1,024 bytes of the answer, whole characters, and nothing a database refuses', async () => {
    const long = await postTo((_request, response) => response.end(`a${'é'.repeat(1_000)}`));
    assert.equal(long.responseExcerpt, `a${'é'.repeat(511)}`);
    const nul = await postTo((_request, response) => response.end(Buffer.from([0x61, 0, 0xff])));
    assert.equal(nul.responseExcerpt, 'a\uFFFD\uFFFD');
  });

  it('stops reading an endless body and judges by the status', async () => {
    for (const status of [200, 500]) {
      let sent = 0;
      let closed: () => void;
      const ended = new Promise<void>((done) => (closed = done));
      const result = await postTo((request, response) => {
        request.resume();
        response.writeHead(status);
        const chunk = Buffer.alloc(16 * 1024, 'x');
        const write = (): void => {
          sent += chunk.length;
          if (sent < 100 * 1024 * 1024 && !response.destroyed) response.write(chunk, () => setImmediate(write));
        };
        write();
        response.on('close', () => closed());
      });
      await ended;
      assert.equal(result.outcome, status === 200 ? 'succeeded' : 'failed');
      assert.equal(result.responseExcerpt?.length, 1024);
      assert.ok(sent < 10 * 1024 * 1024, `${sent} bytes were taken`);
    }
  });

  it('uses the connection again after a short answer', async () => {
    const ports = new Set<number | undefined>();
    const url = await listen(
      createServer((request, response) => {
        ports.add(request.socket.remotePort);
        request.resume().on('end', () => response.end('x'.repeat(10_000)));
      }),
    );
    for (let times = 0; times < 6; times += 1) assert.equal((await post(url)).outcome, 'succeeded');
    // undici frees a connection a moment after the answer has ended, so a request at once may open a second one.
    assert.ok(ports.size <= 2, `${ports.size} connections were made`);
  });

  it('ends in time when no answer comes', async () => {
    const result = await postTo(() => {}, { timeoutMs: 100 });
    assert.equal(result.outcome, 'failed');
    assert.equal(result.status, null);
    assert.equal(result.error, 'timeout: The receiver did not answer within 0.1 seconds.');
    assert.ok(result.durationMs < 900);
  });

  it('ends in time when the headers drip', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('a: b\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    const result = await post(await listen(server), { timeoutMs: 150 });
    assert.match(result.error ?? '', /^timeout: /);
    assert.ok(result.durationMs < 900);
  });

  it('ends in time when the body drips, and keeps the status', async () => {
    const result = await postTo(
      (_request, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write('.'), 20);
        response.on('close', () => clearInterval(drip));
      },
      { timeoutMs: 150 },
    );
    assert.equal(result.outcome, 'succeeded');
    assert.match(result.responseExcerpt ?? '', /^\.+$/);
    assert.ok(result.durationMs < 900);
  });

  it('ends in time while the name is being resolved, and sends nothing afterwards', async () => {
    let reached = false;
    const url = await listen(createServer(() => (reached = true)));
    let answer: (addresses: string[]) => void = () => {};
    const resolve = (): Promise<string[]> => new Promise((done) => (answer = done));
    const slow = createGuardedDispatcher({ allowHosts: ['127.0.0.1'], timeoutMs: 60_000, resolve });
    const result = await post(url.replace('127.0.0.1', 'slow.test'), { dispatcher: slow.dispatcher, timeoutMs: 50 });
    assert.match(result.error ?? '', /^timeout: /);
    answer(['127.0.0.1']);
    await slow.close();
    assert.equal(reached, false);
  });

  it('keeps the status of an answer that breaks off', async () => {
    const result = await postTo((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    });
    assert.equal(result.outcome, 'succeeded');
    assert.equal(result.status, 200);
  });

  it('names what went wrong without an answer', async () => {
    const closed = await listen(createTcpServer((socket) => socket.destroy()));
    const babble = await listen(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));
    const plain = await listen(createServer());
    const free = createTcpServer();
    const unused = await listen(free);
    servers.pop();
    await new Promise((done) => free.close(done));

    const word = async (url: string, options: Partial<WebhookPost> = {}): Promise<string | undefined> => {
      const result = await post(url, options);
      assert.equal(result.outcome, 'failed');
      return result.error?.split(':')[0];
    };
    assert.equal(await word(unused), 'connection_refused');
    assert.equal(await word(closed), 'connection_closed');
    assert.equal(await word(babble), 'invalid_response');
    assert.equal(await word(plain.replace('http:', 'https:')), 'tls_failed');
    assert.equal(await word('http://10.0.0.1/'), 'address_refused');
    assert.equal(await word('no url'), 'request_failed');

    const resolve = (): Promise<never> => Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
    const nowhere = createGuardedDispatcher({ allowHosts: [], timeoutMs: 100, resolve });
    assert.equal(await word('http://none.test/', { dispatcher: nowhere.dispatcher }), 'dns_failed');
    await nowhere.close();
  });

  it('says nothing of the headers and body when they cannot be sent', async () => {
    const result = await postTo(() => {}, { headers: { authorization: 'Bearer s3cret\nx' }, body: 's3cret' });
    assert.equal(result.outcome, 'failed');
    assert.doesNotMatch(JSON.stringify(result), /s3cret/);
  });
});
