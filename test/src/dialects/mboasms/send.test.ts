import assert from 'node:assert/strict';
import type { OpenedAccount } from '@ujumbe/core';
import { describeOnDatabases } from '../../support/databases.js';
import { openDialectHost, type DialectHost } from '../dialect-host.js';
import { ask, assertRefused, base, hello, type Answer } from './mboa-client.js';

describeOnDatabases('MboaSMS: send', (open) => {
  let host: DialectHost;
  let opened: OpenedAccount;

  before(async () => {
    host = await openDialectHost(open, { limits: { 'mboasms.requests': null } });
    opened = await host.open({ country: 'CM', currency: 'XAF', sender: 'MboaSMS' });
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  const send = (body: unknown, headers = {}, path = '/send'): Promise<Answer> =>
    ask(host, base + path, { 'x-api-key': opened.keys.mboa, ...headers }, body);
  const moved = async (): Promise<unknown> => {
    const { available, held } = await host.sms.accounts.balance(opened.account.id);
    const { total } = await host.sms.messages.list(opened.account.id, {}, { limit: 1, offset: 0 });
    return { spent: 100_000 - available - held, held, total };
  };

  it('sends nothing at all and charges nothing when a number is wrong or the text is', async () => {
    const before = await moved();
    const good = '+237670000001';
    for (const wrong of [
      '',
      '12',
      '+',
      'abc',
      '+2376700000',
      '6700000000000',
      `+237${'0'.repeat(5_000)}`,
      '+237670000001;+237670000002',
    ]) {
      const answer = await send({ phoneNumbers: [good, wrong], message: 'Bonjour' });
      assertRefused(answer, 400, 'INVALID_PHONE_NUMBER', 'One or more phone numbers are invalid');
    }
    for (const message of ['', ' \n\t ', 'a'.repeat(1_601), 'a\0b', '\ud800']) {
      assertRefused(
        await send({ phoneNumbers: [good, '+237222000000'], message }),
        400,
        'INVALID_REQUEST',
        /^message /,
      );
    }
    const many = Array.from({ length: 1_001 }, (_, at) => `+2376700${String(10_000 + at)}`);
    assertRefused(
      await send({ phoneNumbers: many, message: 'x' }),
      400,
      'INVALID_REQUEST',
      'phoneNumbers must have at most 1000 items',
    );
    for (const sender of ['AUTRE', 'x'.repeat(10_000), '\0', opened.account.id]) {
      assertRefused(await send({ ...hello, senderId: sender }), 400, 'INVALID_SENDER_ID');
    }
    assert.deepEqual(await moved(), before);
  });

  it('refuses bodies that are none', async () => {
    const before = await moved();
    for (const [body, status, headers] of [
      ['', 400, {}],
      ['{', 400, {}],
      ['null', 400, {}],
      ['[]', 400, {}],
      ['"x"', 400, {}],
      ['7', 400, {}],
      [`{"phoneNumbers":${'['.repeat(100_000)}`, 400, {}],
      [`{"phoneNumbers":${'['.repeat(5_000)}${']'.repeat(5_000)},"message":"x"}`, 400, {}],
      ['{"__proto__":{"phoneNumbers":["+237670000000"],"message":"x"}}', 400, {}],
      [JSON.stringify({ ...hello, message: 'x'.repeat(1_100_000) }), 413, {}],
      [JSON.stringify(hello), 415, { 'content-type': 'text/plain' }],
      [JSON.stringify(hello), 415, { 'content-type': 'application/x-www-form-urlencoded' }],
      [JSON.stringify(hello), 415, { 'content-type': 'application/json; charset=utf-16' }],
      [JSON.stringify(hello), 415, { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
      ['--x--', 415, { 'content-type': 'multipart/form-data; boundary=x' }],
    ] as const) {
      assertRefused(await send(body, headers), status, 'INVALID_REQUEST');
    }
    assert.deepEqual(await moved(), before);
  });

  it('charges segments for each number that was accepted, and no more than there is', async () => {
    const one = await host.open({ country: 'CM', currency: 'XAF', sender: 'MboaSMS', credits: 5_000 });
    const ask3 = (phoneNumbers: string[]): Promise<Answer> =>
      ask(host, `${base}/send`, { 'x-api-key': one.keys.mboa }, { phoneNumbers, message: 'a'.repeat(161) });
    const answers = await Promise.all([670_000_001, 670_000_002, 670_000_003].map((to) => ask3([`+237${to}`])));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 402]);
    for (const answer of answers) {
      if (answer.status === 200) assert.equal(answer.body.data.creditsUsed, 2);
      else assertRefused(answer, 402, 'INSUFFICIENT_CREDITS', 'Required 2, available 1');
    }
  });

  it('gives one id to what was sent together', async () => {
    const { body } = await send({ phoneNumbers: ['+237670000001', '+237670000002'], message: 'Bonjour' });
    const batch = await host.sms.messages.batch(opened.account.id, body.data.batchId);
    assert.equal(batch.recipients, 2);
  });

  it('puts a one-time password ahead of everything else', async () => {
    const { body } = await send({ phoneNumbers: ['+237670000777'], message: 'Code 1234' }, {}, '/send-otp');
    assert.equal(body.success, true);
    const { messages } = await host.sms.messages.list(
      opened.account.id,
      { recipient: '+237670000777' },
      { limit: 10, offset: 0 },
    );
    assert.deepEqual(
      messages.map(({ lane }) => lane),
      ['otp'],
    );
  });

  it('ignores names it does not know, and refuses a query parameter given twice nowhere', async () => {
    assert.equal((await send({ ...hello, campaign: 'x' }, {}, '/send?x=1&x=2')).status, 200);
  });

  it('answers what it does not have in its own words', async () => {
    for (const path of ['/send/x', '/status/1', '/api-keys/1/2', '']) {
      assertRefused(await ask(host, base + path, {}, hello), 404, 'NOT_FOUND');
    }
    assertRefused(await ask(host, `${base}/send`, {}, undefined, 'PUT'), 405, 'METHOD_NOT_ALLOWED');
    assert.equal((await send(hello, {}, '/send/')).status, 200);
  });
});
