import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { OpenedAccount } from '@ujumbe/core';
import { mifumo } from '@ujumbe/express-router';
import { until } from '../api/api-host.js';
import { Receiver } from '../contracts/receiver.js';
import { everythingStored } from '../contracts/stored-rows.js';
import { describeOnDatabases } from '../support/databases.js';
import { openDialectHost, type DialectHost } from './dialect-host.js';

type Json = Record<string, unknown>;

const minuteMs = 60_000;
const many = { limit: 100_000, windowMs: minuteMs };

describeOnDatabases('Dialects: Mifumo', (open) => {
  let host: DialectHost;
  const receiver = new Receiver();

  before(async () => {
    host = await openDialectHost(open, { limits: { 'mifumo.messages': many, 'mifumo.requests': many } });
    await receiver.up();
  });
  after(async () => {
    await host.close();
    await receiver.down();
  });
  afterEach(() => assert.deepEqual(host.logged, []));

  const openAccount = (account: object = {}): Promise<OpenedAccount> =>
    host.open({ country: 'TZ', currency: 'TZS', sender: 'MIFUMO', ...account });

  const ask = async (
    key: string,
    method: string,
    path: string,
    body?: object,
    url = host.url,
  ): Promise<{ status: number; headers: Headers; body: Json }> => {
    const answer = await fetch(`${url}/api/integration${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      body: body ? JSON.stringify(body) : null,
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
  };

  const send = (key: string, body: object = {}, url = host.url): ReturnType<typeof ask> =>
    ask(key, 'POST', '/v1/sms/send/', { message: 'Habari', recipients: ['+255614853618'], ...body }, url);

  const delivered = ({ account }: OpenedAccount, id: unknown): Promise<unknown> =>
    until(async () => {
      const { states, recipients } = await host.sms.messages.batch(account.id, String(id));
      return states.delivered === recipients || undefined;
    });

  describe('callbacks of single messages', () => {
    it('show the customer’s own key, and tell each recipient’s step', async () => {
      const opened = await openAccount();
      const path = '/mifumo/one';
      const recipients = ['+255614853618', '+255614853619'];
      const { body } = await send(opened.keys.mif, { recipients, webhook_url: receiver.url(path) });
      const posts = await until(() => (receiver.to(path).length === 4 ? receiver.to(path) : undefined));
      const told = posts.map((post) => JSON.parse(post.body) as Json & { recipients: Json[] });
      for (const post of posts) {
        assert.equal(post.headers.authorization, `Bearer ${opened.keys.mif}`);
        assert.equal(post.headers['content-type'], 'application/json');
      }
      const ofFirst = told.filter(({ recipients: [one] }) => one?.phone === recipients[0]);
      const last = ofFirst.find(({ status }) => status === 'delivered');
      assert.ok(last);
      assert.match(String(last.recipients[0]?.delivery_time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.deepEqual(last, {
        message_id: body.message_id,
        status: 'delivered',
        recipients: [{ phone: recipients[0], status: 'delivered', delivery_time: last.recipients[0]?.delivery_time }],
        metadata: { sender_id: 'MIFUMO', cost: 36, currency: 'TZS' },
      });
      const sent = ofFirst.find(({ status }) => status === 'sent');
      assert.equal(sent?.recipients[0]?.delivery_time, null);
    });

    it('keep the key nowhere in clear', async () => {
      const opened = await openAccount();
      await send(opened.keys.mif, { webhook_url: receiver.url('/mifumo/sealed') });
      await until(() => receiver.to('/mifumo/sealed')[0]);
      assert.ok(!(await everythingStored(host.database)).includes(opened.keys.mif));
    });

    it('come again after a minute, and show the key as it is then', async () => {
      const opened = await openAccount();
      const path = '/mifumo/again';
      receiver.answer = (post) => ({ status: post.path === path && receiver.to(path).length <= 2 ? 500 : 200 });
      await send(opened.keys.mif, { webhook_url: receiver.url(path) });
      await until(() => receiver.to(path)[1]);
      const { api_key: next } = (await ask(opened.keys.mif, 'POST', '/keys/create/', { key_name: 'x' })).body
        .data as Json;
      assert.match(String(next), /^mif_/);
      host.clock.move(minuteMs + 10_000);
      const posts = await until(() => (receiver.to(path).length === 4 ? receiver.to(path) : undefined));
      assert.equal(posts.at(-1)?.headers.authorization, `Bearer ${opened.keys.mif}`);
      receiver.answer = () => ({ status: 200 });
    });
  });

  describe('webhooks of an account', () => {
    const create = async (opened: OpenedAccount, path: string, events?: string[]): Promise<string> => {
      const wanted = { name: 'Orders', webhook_url: receiver.url(path), ...(events && { events }) };
      const { status, body } = await ask(opened.keys.mif, 'POST', '/webhooks/create/', wanted);
      assert.equal(status, 200, JSON.stringify(body));
      return String((body.data as Json).secret);
    };

    it('tell the vendor’s three events, signed with HMAC-SHA256 in hex', async () => {
      const opened = await openAccount();
      const path = '/mifumo/hooks';
      const secret = await create(opened, path);
      const { body } = await send(opened.keys.mif);
      const posts = await until(() => (receiver.to(path).length === 2 ? receiver.to(path) : undefined));
      for (const post of posts) {
        const signature = createHmac('sha256', secret).update(post.body).digest('hex');
        assert.equal(post.headers['x-webhook-signature'], signature);
        assert.equal(post.headers['webhook-signature'], undefined);
      }
      const told = posts.map((post) => JSON.parse(post.body) as Json);
      const sent = told.find(({ event }) => event === 'message.sent');
      const arrived = told.find(({ event }) => event === 'message.delivered');
      const id = body.message_id;
      assert.deepEqual(sent, {
        event: 'message.sent',
        message_id: id,
        recipients: ['+255614853618'],
        sender_id: 'MIFUMO',
        content: 'Habari',
        sent_at: sent?.sent_at,
        cost: 18,
        currency: 'TZS',
        provider: 'beem',
        timestamp: sent?.sent_at,
      });
      assert.deepEqual(arrived, {
        event: 'message.delivered',
        message_id: id,
        recipient: '+255614853618',
        status: 'delivered',
        delivered_at: arrived?.delivered_at,
        provider_status: 'DELIVRD',
        error_message: null,
        timestamp: arrived?.delivered_at,
      });
    });

    it('tell of what was taken back as failed, and of nothing that is not asked for', async () => {
      const opened = await openAccount();
      const path = '/mifumo/failed';
      await create(opened, path, ['message.failed']);
      await delivered(opened, (await send(opened.keys.mif)).body.message_id);
      const schedule_time = new Date(host.clock.now() + 3_600_000).toISOString();
      const { body } = await send(opened.keys.mif, { schedule_time });
      const [message] = (
        await host.sms.messages.list(opened.account.id, { batchId: String(body.message_id) }, { limit: 1, offset: 0 })
      ).messages;
      await host.sms.messages.cancel(opened.account.id, message?.id ?? '');
      const post = await until(() => receiver.to(path)[0]);
      const told = JSON.parse(post.body) as Json;
      assert.deepEqual(
        [told.event, told.status, told.recipient, told.message_id],
        ['message.failed', 'failed', '+255614853618', body.message_id],
      );
      assert.equal(receiver.to(path).length, 1);
    });

    it('forget a person with what was told of them', async () => {
      const opened = await openAccount();
      const path = '/mifumo/erased';
      await create(opened, path);
      const { accountId, id } = await host.sms.contacts.create(opened.account.id, { phone: '+255714853618' });
      const { body } = await send(opened.keys.mif, { recipients: ['+255714853618'], message: 'A secret word' });
      await delivered(opened, body.message_id);
      await until(() => (receiver.to(path).length === 2 ? true : undefined));
      await host.sms.contacts.erase(accountId, id);
      assert.doesNotMatch(await everythingStored(host.database), /A secret word|714853618/);
    });
  });

  describe('limits', () => {
    it('are those published: a hundred sends a minute, told with what is left and when it ends', async () => {
      const strict = await openDialectHost(open);
      try {
        const { keys } = await strict.open({ country: 'TZ', currency: 'TZS', sender: 'MIFUMO' });
        const statuses = new Set<number>();
        for (let sent = 0; sent < 100; sent++) {
          statuses.add((await send(keys.mif, { message: '' }, strict.url)).status);
        }
        assert.deepEqual([...statuses], [400]);
        const { status, headers, body } = await send(keys.mif, {}, strict.url);
        assert.deepEqual([status, body.error_code, body.code], [429, 'RATE_LIMIT_EXCEEDED', 'RATE_LIMIT_EXCEEDED']);
        const seconds = Number(headers.get('retry-after'));
        assert.ok(seconds >= 1 && seconds <= 60);
        assert.equal(headers.get('x-ratelimit-limit'), '100');
        assert.equal(headers.get('x-ratelimit-remaining'), '0');
        // Other endpoints have their own.
        const balance = await ask(keys.mif, 'GET', '/v1/sms/balance/', undefined, strict.url);
        assert.equal(balance.status, 200);
        assert.deepEqual(
          ['limit', 'remaining'].map((name) => balance.headers.get(`x-ratelimit-${name}`)),
          ['1000', '898'],
        );
        const { data } = (await ask(keys.mif, 'GET', '/v1/info/', undefined, strict.url)).body as { data: Json };
        const { minute, hour, contacts } = data.rate_limits as Record<string, Json>;
        assert.deepEqual(minute, { used: 100, limit: 100, remaining: 0 });
        assert.deepEqual(hour, { used: 103, limit: 1_000, remaining: 897 });
        assert.deepEqual(contacts, { used: 0, limit: 500, remaining: 500 });
      } finally {
        await strict.close();
      }
    });

    it('count strangers by their address', async () => {
      const strict = await openDialectHost(open, { limits: { 'mifumo.anonymous': { limit: 2, windowMs: minuteMs } } });
      try {
        const statuses: number[] = [];
        for (let asked = 0; asked < 3; asked++) {
          statuses.push((await ask('mif_nonsense', 'GET', '/v1/sms/balance/', undefined, strict.url)).status);
        }
        assert.deepEqual(statuses, [401, 401, 429]);
      } finally {
        await strict.close();
      }
    });
  });

  describe('tenants of a partner', () => {
    it('pay for what their partner’s key sends in their name', async () => {
      const partner = await openAccount({ kind: 'partner' });
      const tenant = await openAccount({ kind: 'tenant', parentId: partner.account.id });
      const path = '/mifumo/tenant';
      const { status, body } = await send(partner.keys.mif, {
        tenant_account_id: tenant.account.id,
        webhook_url: receiver.url(path),
      });
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal((await host.sms.accounts.balance(partner.account.id)).available, 100_000);
      assert.equal((await host.sms.accounts.balance(tenant.account.id)).available, 99_000);
      const post = await until(() => receiver.to(path)[0]);
      assert.equal(post.headers.authorization, `Bearer ${partner.keys.mif}`);
    });

    it('are nobody else’s', async () => {
      const other = await openAccount({
        kind: 'tenant',
        parentId: (await openAccount({ kind: 'partner' })).account.id,
      });
      const stranger = await openAccount();
      const { status, body } = await send(stranger.keys.mif, { tenant_account_id: other.account.id });
      assert.deepEqual([status, body.code], [404, 'TENANT_NOT_FOUND']);
    });
  });

  it('answers where it is mounted in the version the host picks, with the length it picks', async () => {
    const dialects = mifumo({ mode: 'v2', maxCharacters: 10, unitPrices: { TZS: 14 } });
    const strict = await openDialectHost(open, { dialects });
    try {
      const { keys } = await strict.open({ country: 'TZ', currency: 'TZS', sender: 'MIFUMO' });
      const sent = await send(keys.mif, { message: '0123456789' }, strict.url);
      assert.deepEqual(Object.keys(sent.body), ['success', 'message_id', 'status']);
      const long = await send(keys.mif, { message: '😀'.repeat(11) }, strict.url);
      assert.deepEqual([long.status, long.body.code], [400, 'MESSAGE_TOO_LONG']);
      const wrong = await ask('mif_nonsense', 'GET', '/v1/sms/balance/', undefined, strict.url);
      assert.deepEqual(wrong.body, {
        error: 'Invalid API Key or request payload',
        code: 'INVALID_API_KEY',
        message: 'Invalid API Key or request payload',
        details: {},
        detail: 'The provided API key is invalid or expired',
      });
    } finally {
      await strict.close();
    }
  });

  it('sends one text to a thousand numbers under one id, and charges each once', async () => {
    const opened = await openAccount({ credits: 1_000_000 });
    const recipients = Array.from({ length: 1_000 }, (_, at) => `+25571${String(1_000_000 + at)}`);
    const { body } = await send(opened.keys.mif, { recipients });
    const {
      states,
      recipients: stored,
      cost,
    } = await host.sms.messages.batch(opened.account.id, String(body.message_id));
    assert.equal(stored, 1_000, JSON.stringify(states));
    assert.equal(cost, 1_000_000);
    assert.equal((await host.sms.accounts.balance(opened.account.id)).available, 0);
    const status = await ask(opened.keys.mif, 'GET', `/v1/sms/status/${String(body.message_id)}/`);
    const shown = (status.body.data as { recipients: { phone: string }[] }).recipients;
    assert.deepEqual(
      shown.map(({ phone }) => phone),
      recipients,
    );
  });

  it('finds a message of another of the platform’s APIs by its own id', async () => {
    const opened = await openAccount();
    const { accepted } = await host.sms.send(opened.account.id, { to: '+255614853618', message: 'Habari' });
    const { status, body } = await ask(opened.keys.mif, 'GET', `/v1/sms/messages/${accepted[0]?.id ?? ''}`);
    assert.deepEqual([status, body.message_id], [200, accepted[0]?.id]);
  });
});
