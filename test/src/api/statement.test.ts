import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import {
  dataOf,
  openApiHost,
  refusalOf,
  until,
  untilState,
  type ApiHost,
  type Customer,
  type Shown,
} from './api-host.js';

interface Line {
  kind: string;
  available_change: number;
  held_change: number;
  balance: { available: number; held: number };
  message_uuid: string | null;
}

describeOnDatabases('API: statement, usage, quotes', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open);
    customer = await host.open({ credits: 10_500 });
    const { uuid } = await dataOf(customer.post('/messages', { to: '+255712345678', message: 'Habari' }));
    await untilState(customer, uuid, 'delivered');
    const refused = await dataOf(customer.post('/messages', { to: '+255742345901', message: 'Habari' }));
    await untilState(customer, refused.uuid, 'rejected');
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  it('shows a statement, by pages', async () => {
    const whole = await dataOf(customer.get('/statement'));
    const lines = whole.items as unknown as Line[];
    assert.deepEqual(
      lines.map(({ kind, available_change: change, held_change: held }) => [kind, change, held]),
      [
        ['top_up', 10.5, 0],
        ['hold', -1, 1],
        ['capture', 0, -1],
        ['hold', -1, 1],
        ['release', 1, -1],
      ],
    );
    assert.deepEqual(
      [whole.opening, whole.closing, whole.cursor],
      [{ available: 0, held: 0 }, { available: 9.5, held: 0 }, null],
    );
    const first = await dataOf(customer.get('/statement?limit=2'));
    const next = await dataOf(customer.get(`/statement?limit=100&after=${first.cursor}`));
    assert.deepEqual([...first.items, ...next.items], whole.items);
  });

  it('exports it as CSV whose lines add up', async () => {
    const answer = await customer.get('/statement/export').expect(200);
    assert.match(String(answer.headers['content-type']), /^text\/csv/);
    const rows = answer.text
      .replace('\ufeff', '')
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    const [header, opening, ...rest] = rows;
    const closing = rest.pop();
    assert.deepEqual(header?.slice(0, 7), 'at,kind,amount,available_change,held_change,available,held'.split(','));
    assert.deepEqual([opening?.[1], closing?.[1], rest.length], ['opening', 'closing', 5]);
    for (const [column, after] of [
      [3, 5],
      [4, 6],
    ] as const) {
      const sum = rest.reduce((total, row) => total + Math.round(Number(row[column]) * 1_000), 0);
      assert.equal(Math.round(Number(opening?.[after]) * 1_000) + sum, Math.round(Number(closing?.[after]) * 1_000));
    }
    assert.ok(rows.every((row) => row.length === 12));
  });

  it('shows usage by day, sender, network and campaign', async () => {
    const usage = async (query: string): Promise<Shown> => dataOf(customer.get(`/usage${query}`));
    const { items, total } = await usage('?utc_offset=%2B03:00');
    const counts = { messages: 2, delivered: 1, failed: 1, cancelled: 0, charged: 1, held: 0, parts: 2 };
    assert.deepEqual(total, counts);
    const today = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 10);
    assert.deepEqual(items, [{ day: today, ...counts }]);
    assert.deepEqual(
      (await usage('?by=sender')).items.map(({ sender_id: sender }) => sender),
      ['MYAPP'],
    );
    assert.deepEqual(
      new Set((await usage('?by=network')).items.map(({ network }) => network)),
      new Set(['Yas (TZ)', 'Vodacom (TZ)']),
    );
    assert.deepEqual(
      (await usage('?by=campaign')).items.map(({ campaign_uuid: campaign }) => campaign),
      [null],
    );
    assert.deepEqual((await usage('?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z')).items, []);
  });

  it('quotes', async () => {
    const quote = await dataOf(customer.post('/quotes', { to: ['+255712345678', '123'], message: 'Habari' }));
    assert.deepEqual(
      [quote.accepted_count, quote.rejected_count, quote.parts, quote.parts_histogram, quote.cost, quote.shortfall],
      [1, 1, 1, { 1: 1 }, 1, 0],
    );
    assert.deepEqual([quote.balance, quote.balance_after], [9.5, 8.5]);
    assert.deepEqual(quote.accepted, [{ index: 0, to: '+255712345678', parts: 1, cost: 1 }]);
    assert.deepEqual(
      (quote.rejected as Shown[]).map(({ index, to, code, error }) => [index, to, code, typeof error]),
      [[1, '123', 'number_invalid', 'string']],
    );
    assert.ok(Number.isInteger(quote.seconds_to_finish), String(quote.seconds_to_finish));
    assert.deepEqual(quote.networks, [
      { network: 'Yas', country: 'TZ', mccmnc: '64002', messages: 1, parts: 1, cost: 1 },
    ]);
    const messages = Array.from({ length: 12 }, () => ({ to: '0712345678', message: 'Habari' }));
    assert.equal((await dataOf(customer.post('/quotes', { messages }))).shortfall, 2.5);
    for (const body of [
      {},
      { to: [], message: 'x' },
      { to: ['0712345678'] },
      { messages, message: 'x' },
      { to: 'x' },
    ]) {
      assert.equal((await refusalOf(customer.post('/quotes', body))).code, 'invalid_request');
    }
  });

  it('sets the balance that is told of, and tells', async () => {
    const poor = await host.open({ credits: 2_000 });
    assert.equal((await dataOf(poor.patch('/balance', { low_below: 1.5 }))).low_below, 1.5);
    await poor.post('/messages', { to: '+255712345678', message: 'x' }).expect(200);
    const low = await until(async () => {
      const { items } = await dataOf(poor.get('/events'));
      return items.find(({ type }) => type === 'credits.low');
    });
    assert.deepEqual(low.data, { available: 1, below: 1.5 });
    assert.equal((await dataOf(poor.patch('/balance', { low_below: null }))).low_below, null);
    assert.equal((await refusalOf(poor.patch('/balance', { low_below: 0 }))).code, 'invalid_request');
    assert.equal((await refusalOf(poor.patch('/balance', {}))).error, 'low_below is required');
  });

  it('refuses what cannot be meant, and who may not', async () => {
    const refused = [
      '/statement?from=yesterday',
      '/statement?limit=0',
      '/statement?limit=1001',
      '/statement?after=x',
      '/statement?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z',
      '/statement/export?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z',
      '/usage?by=colour',
      '/usage?utc_offset=3',
      '/usage?from=2020-01-01T00:00:00Z',
    ];
    for (const path of refused) assert.equal((await refusalOf(customer.get(path))).code, 'invalid_request', path);
    const limited = await customer.withScopes('messages');
    for (const path of ['/statement', '/statement/export', '/usage']) await limited.get(path).expect(403);
    const stranger = await host.open({ credits: 0 });
    assert.deepEqual((await dataOf(stranger.get('/statement'))).items, []);
    assert.equal(((await dataOf(stranger.get('/usage'))).total as unknown as Shown).messages, 0);
  });
});
