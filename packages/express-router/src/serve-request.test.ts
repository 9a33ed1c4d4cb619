import assert from 'node:assert/strict';
import { SmsError, type Access, type Logger, type ShownCredential, type Sms } from '@ujumbe/core';
import { canonical } from './api/index.js';
import type { RequestHeaders } from './request-headers.js';
import { RequestServer } from './serve-request.js';

type Logged = [object, string];

const access: Access = {
  accountId: 'account',
  partnerId: null,
  credential: { kind: 'token', id: 'token', form: 'mbs', mode: null, hash: 'hash' },
  scopes: ['messages'],
  permissions: ['admin'],
  plan: null,
  version: 1,
};

/** A platform that knows one token; what is asked of it beyond that is the test's matter. */
function platform(parts: object = {}): Sms {
  const authenticate = (shown: ShownCredential): Promise<Access> =>
    shown.kind === 'token' && shown.raw === 'good'
      ? Promise.resolve(access)
      : Promise.reject(new SmsError('unauthenticated', 'invalid or missing token'));
  return { credentials: { authenticate }, ...parts } as unknown as Sms;
}

function serverOf(sms: Sms): { server: RequestServer; logged: Logged[] } {
  const logged: Logged[] = [];
  const logger: Logger = { debug() {}, info() {}, warn() {}, error: (...line) => logged.push(line) };
  return { server: new RequestServer(sms, [canonical()], logger), logged };
}

async function ask(
  { server }: { server: RequestServer },
  method: string,
  path: string,
  { headers = { authorization: 'Bearer good' }, body }: { headers?: RequestHeaders; body?: unknown } = {},
): Promise<{ status: number; headers: Readonly<Record<string, string>>; json: unknown }> {
  const destination = server.find(`/api/v1${path}`);
  assert.ok(destination);
  const answer = await server.serve(
    {
      method,
      path: `/api/v1${path}`,
      search: '',
      headers,
      signal: new AbortController().signal,
      address: '127.0.0.1',
      isSecure: false,
      url: new URL(`http://127.0.0.1/api/v1${path}`),
      readBody: () => Promise.resolve(body),
      readUpload: () => Promise.reject(new Error('no form was sent')),
    },
    destination,
  );
  assert.ok(typeof answer.body === 'string');
  return { status: answer.status, headers: answer.headers ?? {}, json: answer.body && JSON.parse(answer.body) };
}

describe('the API without Express', () => {
  it('owns what lies below its prefix', () => {
    const { server } = serverOf(platform());
    for (const path of ['/api/v1', '/api/v1/', '/api/v1/messages']) assert.ok(server.find(path), path);
    for (const path of ['/', '/api/v10', '/api', '/x/api/v1/messages', '']) assert.ok(!server.find(path), path);
  });

  it('answers unknown paths and methods before it asks for a token', async () => {
    const served = serverOf(platform());
    assert.equal((await ask(served, 'GET', '/nothing', { headers: {} })).status, 404);
    const wrongMethod = await ask(served, 'PATCH', '/messages', { headers: {} });
    assert.equal(wrongMethod.status, 405);
    assert.equal(wrongMethod.headers.allow, 'POST, GET, HEAD, OPTIONS');
    const options = await ask(served, 'OPTIONS', '/balance', { headers: {} });
    assert.deepEqual([options.status, options.headers.allow, options.json], [204, 'GET, PATCH, HEAD, OPTIONS', '']);
  });

  it('takes the token from either header, and from Authorization when there are both', async () => {
    const accounts = {
      balance: () => Promise.resolve({ available: 12_345, held: 1, captured: 0, funded: -12_346 }),
      get: () => Promise.resolve({ currency: 'TZS' }),
      lowBalance: () => Promise.resolve(null),
    };
    const served = serverOf(platform({ accounts }));
    const statusWith = async (headers: RequestHeaders): Promise<number> =>
      (await ask(served, 'GET', '/balance', { headers })).status;
    assert.equal(await statusWith({ authorization: 'Bearer good', 'x-api-key': 'bad' }), 200);
    assert.equal(await statusWith({ authorization: 'bearer good' }), 200);
    assert.equal(await statusWith({ 'x-api-key': 'good' }), 200);
    assert.equal(await statusWith({ authorization: 'Basic abc', 'x-api-key': 'good' }), 200);
    assert.equal(await statusWith({ authorization: 'Bearer bad', 'x-api-key': 'good' }), 401);
    assert.equal(await statusWith({ authorization: 'Bearer ' }), 401);
    const refused = await ask(served, 'GET', '/balance', { headers: {} });
    assert.deepEqual(refused.json, { success: false, error: 'invalid or missing token', code: 'unauthenticated' });
    assert.equal(refused.headers['www-authenticate'], 'Bearer');
    assert.deepEqual((await ask(served, 'GET', '/balance')).json, {
      success: true,
      data: { available: 12.345, held: 0.001, captured: 0, unit: 'credits', currency: 'TZS', low_below: null },
    });
  });

  it('names the scope a token lacks', async () => {
    const answer = await ask(serverOf(platform()), 'GET', '/tokens');
    assert.equal(answer.status, 403);
    assert.deepEqual(answer.json, {
      success: false,
      error: 'token lacks required scope: api_tokens',
      code: 'scope_missing',
    });
  });

  it('tells the shortfall in credits, and when to try again in seconds', async () => {
    const body = { to: '+255712345678', message: 'Habari' };
    const refusing = (error: SmsError) => serverOf(platform({ messages: { send: () => Promise.reject(error) } }));
    const details = { needed: 2_500, available: 1_000, shortfall: 1_500 };
    const poor = refusing(new SmsError('insufficient_balance', 'insufficient SMS units', { details }));
    assert.deepEqual((await ask(poor, 'POST', '/messages', { body })).json, {
      success: false,
      error: 'insufficient SMS units',
      code: 'insufficient_balance',
      details: { needed: 2.5, available: 1, shortfall: 1.5 },
    });
    const busy = refusing(new SmsError('throttled', 'too many', { retryAfterMs: 1_200 }));
    const answer = await ask(busy, 'POST', '/messages', { body });
    assert.deepEqual([answer.status, answer.headers['retry-after']], [429, '2']);
  });

  it('says nothing of what it did not expect, and logs where it happened without its values', async () => {
    const error = Object.assign(new Error("insert into sms_messages values ('+255712345678')"), {
      code: 'SQLITE_FULL',
    });
    const served = serverOf(platform({ messages: { send: () => Promise.reject(error) } }));
    const answer = await ask(served, 'POST', '/messages', { body: { to: '+255712345678', message: 'Siri' } });
    assert.equal(answer.status, 500);
    assert.deepEqual(answer.json, {
      success: false,
      error: 'something went wrong on our side; try again',
      code: 'internal',
    });
    const [line] = served.logged;
    const written = JSON.stringify(line);
    assert.match(written, /POST \/messages.*SQLITE_FULL.*serve-request\.test/);
    assert.doesNotMatch(written, /255712345678|Siri|good/);
  });
});
