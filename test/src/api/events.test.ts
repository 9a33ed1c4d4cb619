import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, openApiHost, until, type ApiHost, type Customer } from './api-host.js';

const habari = { to: '+255712345678', message: 'Habari' };

/** An open event stream, as text that grows. */
interface Listening {
  text: string;
  headers: Headers;
  ended: boolean;
  leave(): void;
}

describeOnDatabases('API: events', (open) => {
  let host: ApiHost;
  let customer: Customer;

  beforeEach(async () => {
    host = await openApiHost(open);
    customer = await host.open();
  });
  afterEach(async () => {
    await host.close();
    assert.deepEqual(host.logged, []);
  });

  async function listenTo(query = '', by = customer, headers: Record<string, string> = {}): Promise<Listening> {
    const left = new AbortController();
    const response = await fetch(`${host.url}/events${query}`, {
      headers: { accept: 'text/event-stream', 'x-api-key': by.token, ...headers },
      signal: left.signal,
    });
    assert.equal(response.status, 200);
    const listening: Listening = { text: '', headers: response.headers, ended: false, leave: () => left.abort() };
    const read = async (): Promise<void> => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body!) listening.text += decoder.decode(chunk as Uint8Array, { stream: true });
    };
    void read()
      .catch(() => undefined)
      .then(() => (listening.ended = true));
    await until(() => (listening.text.includes(': open') ? true : undefined));
    return listening;
  }

  const typesIn = ({ text }: Listening): string[] => [...text.matchAll(/^event: (.+)$/gm)].map(([, type]) => type!);

  async function sendDelivered(): Promise<void> {
    await customer.post('/messages', habari).expect(200);
    const { available, held } = await customer.balance();
    assert.ok(available > 0 || held > 0);
  }

  it('reads page by page from a cursor', async () => {
    const start = await dataOf(customer.get('/events?after=latest'));
    assert.deepEqual(start.items, []);
    await sendDelivered();
    const seen = await until(async () => {
      const data = await dataOf(customer.get(`/events?after=${start.cursor}`));
      return data.items.length === 3 ? data : undefined;
    });
    const types = seen.items.map(({ type }) => type);
    assert.deepEqual(types, ['message.accepted', 'message.submitted', 'message.delivered']);
    assert.equal(seen.cursor, seen.items[2]!.cursor);
    const first = await dataOf(customer.get(`/events?after=${start.cursor}&limit=1`));
    assert.deepEqual(first, { items: [seen.items[0]], cursor: seen.items[0]!.cursor });
    const rest = await dataOf(customer.get(`/events?after=${first.cursor}`));
    assert.deepEqual(rest.items, seen.items.slice(1));
    const none = await dataOf(customer.get(`/events?after=${seen.cursor}`));
    assert.deepEqual(none, { items: [], cursor: seen.cursor });
    await customer.get('/events?after=nonsense').expect(400);
    await customer.get('/events?limit=0').expect(400);
  });

  it('shows nobody the events of another', async () => {
    const other = await host.open();
    await sendDelivered();
    const { items } = await dataOf(other.get('/events'));
    assert.deepEqual(new Set(items.map((item) => item.account_uuid)), new Set([other.accountId]));
  });

  it('streams what happens from now on, and goes on after the last event a client had', async () => {
    const live = await listenTo();
    assert.equal(live.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    await sendDelivered();
    await until(() => (typesIn(live).includes('message.delivered') ? true : undefined));
    assert.deepEqual(typesIn(live), ['message.accepted', 'message.submitted', 'message.delivered']);
    const [, id] = /^id: (.+)\nevent: message\.accepted\ndata: \{.+\}\n\n/m.exec(live.text) ?? [];
    assert.ok(id);
    live.leave();
    const again = await listenTo('?after=0-0', customer, { 'last-event-id': id });
    await until(() => (typesIn(again).length === 2 ? true : undefined));
    assert.deepEqual(typesIn(again), ['message.submitted', 'message.delivered']);
    again.leave();
    const refused = await customer
      .get('/events')
      .set('accept', 'text/event-stream')
      .set('last-event-id', 'x')
      .expect(400);
    assert.equal(refused.body.code, 'invalid_request');
  });

  it('ends a stream whose token was revoked', async () => {
    const reader = await customer.withScopes('messages');
    const live = await listenTo('', reader);
    const tokens = await host.sms.tokens.list(customer.accountId);
    await host.sms.tokens.revoke(customer.accountId, tokens.find(({ name }) => name === 'messages')!.id);
    await until(() => (live.ended ? true : undefined));
  });

  it('ends a stream when the platform stops', async () => {
    const live = await listenTo();
    await host.sms.stop();
    await until(() => (live.ended ? true : undefined));
  });
});
