import assert from 'node:assert/strict';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, openApiHost, refusalOf, type ApiHost, type Customer } from './api-host.js';

const rows = (count: number, message = 'Habari'): { to: string; message: string }[] =>
  Array.from({ length: count }, (_, at) => ({ to: `+2557${10_000_000 + at}`, message }));

describeOnDatabases('API: batches', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open);
  });
  beforeEach(async () => {
    customer = await host.open({ credits: 2_000_000 });
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  it('decides each row, and answers in their order', async () => {
    const messages = [
      { to: '+255712345678', message: 'Habari', client_ref: 'a' },
      { to: '12', message: 'Habari', client_ref: 'b' },
      { to: '0712345679', message: 'x'.repeat(200) },
      { to: '+255712345680', message: '' },
      { to: '', message: 'Habari' },
      { to: '+255712345681', message: 'lone \ud800' },
    ];
    const data = await dataOf(customer.post('/messages/batch', { messages, sender_id: 'MYAPP' }));
    assert.deepEqual([data.accepted, data.rejected], [2, 4]);
    const [first, second, third, ...others] = data.messages;
    const { uuid, ...accepted } = first!;
    assert.equal(typeof uuid, 'string');
    assert.deepEqual(accepted, { index: 0, to: '+255712345678', parts: 1, status: 'queued', client_ref: 'a' });
    assert.deepEqual([second!.index, second!.to, second!.code, second!.client_ref], [1, '12', 'number_invalid', 'b']);
    assert.equal(typeof second!.error, 'string');
    assert.deepEqual([third!.index, third!.to, third!.parts], [2, '+255712345679', 2]);
    assert.deepEqual(
      others.map(({ index, code }) => [index, code]),
      [
        [3, 'message_empty'],
        [4, 'number_invalid'],
        [5, 'invalid_request'],
      ],
    );
    const { available } = await customer.balance();
    assert.equal(available, 1_997_000);
  });

  it('takes a thousand rows, and a body of a megabyte', async () => {
    const messages = rows(1_000, 'x'.repeat(900));
    const refused = await refusalOf(customer.post('/messages/batch', { messages }), 402);
    assert.equal(refused.code, 'insufficient_balance', 'six parts each are more than there are credits for');
    const data = await dataOf(customer.post('/messages/batch', { messages: rows(1_000) }));
    assert.equal(data.accepted, 1_000);
    assert.deepEqual(
      data.messages.map(({ index }) => index),
      Array.from({ length: 1_000 }, (_, index) => index),
    );
  });

  it('answers rows even when all are refused', async () => {
    const data = await dataOf(
      customer.post('/messages/batch', { messages: [...rows(2)].map((row) => ({ ...row, to: '1' })) }),
    );
    assert.deepEqual([data.accepted, data.rejected, data.messages.length], [0, 2, 2]);
  });

  it('refuses more rows than a thousand, no rows, and rows that are something else', async () => {
    const before = await customer.balance();
    const refusal = async (body: object): Promise<string> =>
      (await refusalOf(customer.post('/messages/batch', body))).error;
    assert.match(await refusal({ messages: rows(1_001) }), /at most 1000/);
    assert.match(await refusal({ messages: rows(10_000) }), /at most 1000/);
    assert.equal(await refusal({ messages: [] }), 'messages must have at least 1 item');
    assert.equal(await refusal({ messages: [...rows(1), { to: 7, message: 'x' }] }), 'messages[1].to must be a string');
    assert.equal(await refusal({ messages: [...rows(1), { to: '1' }] }), 'messages[1].message is required');
    assert.equal(await refusal({ messages: [{ ...rows(1)[0], sender: 'x' }] }), 'unknown field: messages[0].sender');
    assert.deepEqual(await customer.balance(), before);
  });

  it('answers a repeated batch byte for byte', async () => {
    const batch = { messages: [...rows(2), { to: '1', message: 'x', client_ref: 'bad' }] };
    const ask = () => customer.post('/messages/batch', batch).set('idempotency-key', 'batch-1').expect(200);
    const first = await ask();
    const second = await ask();
    assert.equal(second.text, first.text);
    assert.equal(second.headers['idempotent-replayed'], 'true');
    assert.equal((await customer.balance()).available, 1_998_000);
  });
});
