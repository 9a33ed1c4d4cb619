import assert from 'node:assert/strict';
import type { IDataObject } from 'n8n-workflow';
import { untilState } from '../../api/api-host.js';
import { describeNode, failure, jsonOf, only } from '../support/tried-node.js';

const to = '+255712345678';

describeNode('account', (tried) => {
  const call = (...[operation, parameters = {}, how = {}]: [string, object?, object?]) =>
    tried.call('account', operation, parameters, how);

  it('gets the balance', async () => {
    const balance = only(await call('getBalance'));
    assert.deepEqual([balance.available, balance.held, balance.unit, balance.currency], [100, 0, 'credits', 'TZS']);
    const wrong = await failure(call('getBalance', {}, { credential: tried.credentialOf({ token: 'mbs_wrong' }) }));
    assert.match(wrong.description ?? '', /API Token.*unauthenticated/);
  });

  it('quotes what a text to many would come to, and sends nothing', async () => {
    const text = { message: 'Habari', senderId: { __rl: true, mode: 'name', value: 'MYAPP' } };
    const quote = only(await call('getQuote', { ...text, to: `${to}, 12`, options: { lane: 'otp' } }));
    assert.deepEqual(
      [quote.accepted_count, quote.rejected_count, quote.cost, quote.balance_after, quote.accepted],
      [1, 1, 1, 99, undefined],
    );
    const named = only(await call('getQuote', { ...text, to: [to, '12'], options: { includeNumbers: true } }));
    assert.equal((named.accepted as IDataObject[])[0]?.to, to);
    assert.equal((named.rejected as IDataObject[])[0]?.code, 'number_invalid');
    assert.deepEqual(await tried.customer.balance(), { available: 100_000, held: 0 });
    assert.equal((await failure(call('getQuote', { ...text, to: '' }))).message, '"To" is empty');
    const stranger = { ...text, to, senderId: { __rl: true, mode: 'name', value: 'NOTMINE' } };
    assert.match((await failure(call('getQuote', stranger))).description ?? '', /Choose .*Sender ID/);
    const { outputs } = await call(
      'getQuote',
      { ...text, to: (index: number) => ['', to][index] },
      { items: [{}, {}], onError: 'continueRegularOutput' },
    );
    assert.deepEqual(
      outputs[0]?.map(({ json, pairedItem }) => [json.error ?? json.cost, pairedItem]),
      [
        ['"To" is empty', { item: 0 }],
        [1, { item: 1 }],
      ],
    );
  });

  it('counts what was used, by day of the workflow’s time zone and by sender ID', async () => {
    const sent = only(await tried.call('message', 'send', { to, message: 'Habari' }));
    await untilState(tried.customer, sent.uuid as string, 'delivered');
    const timezone = 'Pacific/Kiritimati';
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(new Date());
    const days = jsonOf(await call('getUsage', {}, { timezone }));
    const used = days.filter(({ charged }) => charged !== 0);
    assert.deepEqual(
      used.map(({ day, charged, parts }) => [day, charged, parts]),
      [[today, 1, 1]],
    );
    const senders = only(await call('getUsage', { by: 'sender' }));
    assert.deepEqual([senders.sender_id, senders.charged], ['MYAPP', 1]);
    const long = { from: '2026-01-01T00:00:00', to: '2026-02-01T00:00:00' };
    const total = only(
      await call('getUsage', { options: { ...long, totalOnly: true } }, { timezone: 'Africa/Nairobi' }),
    );
    assert.deepEqual([total.from, total.to, total.charged], ['2025-12-31T21:00:00Z', '2026-01-31T21:00:00Z', 0]);
    const backwards = { from: long.to, to: long.from };
    const refused = await failure(call('getUsage', { options: backwards }));
    assert.deepEqual([refused.httpCode, refused.context.itemIndex], ['400', 0]);
    const unclear = { options: { from: 'January' } };
    assert.equal((await failure(call('getUsage', unclear))).message, '"From" is not a time');
  });
});
