import assert from 'node:assert/strict';
import { kimisms } from '@ujumbe/express-router';
import type { OpenedAccount } from '@ujumbe/core';
import { until } from '../api/api-host.js';
import { Receiver } from '../contracts/receiver.js';
import { describeOnDatabases } from '../support/databases.js';
import { openDialectHost, type DialectHost } from './dialect-host.js';

type Sent = Record<string, unknown> & { message_id: string };

describeOnDatabases('Dialects: KIMISMS', (open) => {
  let host: DialectHost;
  const receiver = new Receiver();

  before(async () => {
    host = await openDialectHost(open, { limits: { 'kimisms.requests': { limit: 100, windowMs: 60_000 } } });
    await receiver.up();
  });
  after(async () => {
    await host.close();
    await receiver.down();
  });
  afterEach(() => assert.deepEqual(host.logged, []));

  const openSender = (credits = 100_000): Promise<OpenedAccount> => host.open({ sender: 'KIMISMS', credits });

  async function tokenOf({ client }: OpenedAccount, url = host.url): Promise<string> {
    const answer = await fetch(`${url}/api/generate-token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'client_credentials', client_id: client.id, client_secret: client.secret }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  const send = (token: string, body: object, headers: Record<string, string> = {}, url = host.url): Promise<Response> =>
    fetch(`${url}/api/send-sms`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify({ sender_name: 'KIMISMS', contact: '254712345678', message: 'Habari', ...body }),
    });

  const spentBy = async ({ account }: OpenedAccount, before = 100_000): Promise<number> =>
    (before - (await host.sms.accounts.balance(account.id)).available) / 1_000;

  const units: [what: string, message: string, units: number, segments: number][] = [
    ['160 letters', 'x'.repeat(160), 1, 1],
    ['161 letters', 'x'.repeat(161), 2, 2],
    ['320 letters, three segments on the air', 'x'.repeat(320), 2, 3],
    ['960 letters', 'x'.repeat(960), 6, 7],
    ['160 letters of which one is no GSM-7', `${'x'.repeat(159)}ê`, 1, 3],
    ['160 emojis', '😀'.repeat(160), 1, 5],
    ['960 emojis', '😀'.repeat(960), 6, 30],
  ];
  for (const [what, message, charged, segments] of units) {
    it(`charges ${what} as ${charged}`, async () => {
      const opened = await openSender();
      const answer = await send(await tokenOf(opened), { message });
      const { message_id: id } = (await answer.json()) as Sent;
      assert.equal(answer.status, 200);
      assert.equal(await spentBy(opened), charged);
      const stored = await host.sms.messages.get(opened.account.id, id);
      assert.deepEqual([stored.segments, stored.cost, stored.recipient], [segments, charged * 1_000, '+254712345678']);
    });
  }

  it('sends once for many requests under one key at the same time, and answers all the same bytes', async () => {
    const opened = await openSender();
    const token = await tokenOf(opened);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send(token, {}, { 'idempotency-key': 'one key' })),
    );
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(new Set(bodies).size, 1);
    assert.equal(await spentBy(opened), 1);
    const other = await openSender();
    const elsewhere = await (await send(await tokenOf(other), {}, { 'idempotency-key': 'one key' })).text();
    assert.notEqual(elsewhere, bodies[0]);
  });

  it('calls back once, with four names', async () => {
    const opened = await openSender();
    const token = await tokenOf(opened);
    const path = '/sms/callback';
    // The simulated operator delivers to the first and does not to the second.
    const delivered = (await (
      await send(token, { contact: '0712345678', callback_url: receiver.url(path) })
    ).json()) as Sent;
    const first = await until(() => receiver.to(path)[0]);
    assert.deepEqual(JSON.parse(first.body), {
      message_id: delivered.message_id,
      contact: '0712345678',
      status: 'Delivered',
      description: 'Message delivered successfully',
    });
    assert.equal(first.headers['content-type'], 'application/json');
    assert.equal(first.headers.authorization, undefined);
    const later = {
      senderId: 'KIMISMS',
      scheduledAt: host.clock.now() + 3_600_000,
      items: [{ to: '+254712345678', text: 'x' }],
    };
    const { accepted } = await host.sms.messages.send(opened.account.id, later);
    assert.equal(accepted.length, 1);
    assert.equal(receiver.to(path).length, 1);
  });

  it('answers 429 with the wait, after as many requests as are published, for each client', async () => {
    const strict = await openDialectHost(open, { dialects: [kimisms()] });
    try {
      const opened = await strict.open({ sender: 'KIMISMS' });
      const other = await strict.open({ sender: 'KIMISMS' });
      const [token, others] = [await tokenOf(opened, strict.url), await tokenOf(other, strict.url)];
      const statuses: number[] = [];
      for (let sent = 0; sent < 60; sent++) statuses.push((await send(token, { message: '' }, {}, strict.url)).status);
      assert.deepEqual(new Set(statuses), new Set([400]));
      const refused = await send(token, {}, {}, strict.url);
      assert.equal(refused.status, 429);
      const seconds = Number(refused.headers.get('retry-after'));
      assert.ok(seconds >= 1 && seconds <= 60);
      const detail = `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`;
      assert.deepEqual(await refused.json(), { detail });
      assert.equal((await send(others, {}, {}, strict.url)).status, 200);
      assert.equal((await send('no token', {}, {}, strict.url)).status, 401);
    } finally {
      await strict.close();
    }
  });

  it('refuses plain HTTP where it is told to, as the proxy says', async () => {
    const strict = await openDialectHost(open, { dialects: [kimisms({ requireHttps: true, provider: 'Haraka' })] });
    try {
      const opened = await strict.open({ sender: 'KIMISMS' });
      const plain = await fetch(`${strict.url}/api/generate-token`, { method: 'POST' });
      assert.deepEqual([plain.status, await plain.json()], [403, { detail: 'HTTPS required.' }]);
      const { client } = opened;
      const secure = await fetch(`${strict.url}/api/generate-token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'https' },
        body: JSON.stringify({ grant_type: 'client_credentials', client_id: client.id, client_secret: client.secret }),
      });
      const { access_token: token } = (await secure.json()) as { access_token: string };
      const sent = await send(token, {}, { 'x-forwarded-proto': 'https' }, strict.url);
      assert.equal(((await sent.json()) as Sent).provider, 'Haraka');
      // What is not of the dialects a host has picked is the host's.
      assert.equal((await fetch(`${strict.url}/api/v1/messages`)).status, 404);
    } finally {
      await strict.close();
    }
  });

  it('reads a body of a megabyte and refuses a larger one', async () => {
    const token = await tokenOf(await openSender());
    const large = await send(token, { message: 'x'.repeat(1_000_000) });
    const words = ['Ensure this field has no more than 960 characters.'];
    assert.deepEqual([large.status, await large.json()], [400, { message: words }]);
    const larger = await send(token, { message: 'x'.repeat(1_100_000) });
    assert.deepEqual([larger.status, await larger.json()], [413, { detail: 'Request body is too large.' }]);
  });
});
