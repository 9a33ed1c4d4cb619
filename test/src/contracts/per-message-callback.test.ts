import assert from 'node:assert/strict';
import type { CallbackFormat, SmsErrorCode } from '@ujumbe/core';
import { describeOnDatabases } from '../support/databases.js';
import { eventually } from './eventually.js';
import { newNumber, openAccount, openPlatform, platformFor, reaches, type Platform } from './platform.js';
import { Receiver } from './receiver.js';
import { ScriptedOperator } from './scripted-operator.js';
import { storedRows } from './stored-rows.js';

const minuteMs = 60_000;

/** A vendor that tells every step, with the customer's own key. */
const everyStep: CallbackFormat = {
  name: 'every-step',
  words: {
    'message.submitted': { status: 'sent' },
    'message.delivered': { status: 'delivered' },
    'message.failed': { status: 'failed' },
  },
  headers: { authorization: 'Bearer {key}' },
  body: {
    message_id: '{id}',
    status: '{status}',
    recipients: [{ phone: '{recipient}', status: '{status}', delivery_time: '{delivered_at}' }],
    metadata: { sender_id: '{sender}', cost: '{fields.cost}', note: 'for {recipient}', fixed: 1 },
  },
  timeoutMs: 1_000,
  retryDelaysMs: [minuteMs, 5 * minuteMs],
};

/** One that tells the end, and shows nothing. */
const atTheEnd: CallbackFormat = {
  name: 'at-the-end',
  words: { 'message.delivered': { word: 'Delivered' }, 'message.failed': { word: 'Failed' } },
  headers: {},
  body: { id: '{message_id}', word: '{word}' },
  timeoutMs: 300,
  retryDelaysMs: [minuteMs],
};

interface Told {
  message_id: string;
  status: string;
  recipients: [{ phone: string; status: string; delivery_time: string | null }];
  metadata: object;
}

describeOnDatabases('callbacks of single messages', (open) => {
  const given = platformFor(open, () => ({ webhookAllow: ['127.0.0.1'] }));
  const receiver = new Receiver();
  let paths = 0;
  const newPath = (): string => `/told/${++paths}`;

  before(() => receiver.up());
  after(() => receiver.down());
  afterEach(() => (receiver.answer = () => ({ status: 200 })));

  /** Sends a message that is called back in a form, to a path of its own. */
  async function sendOne(
    { sms }: Platform,
    account: string,
    format = atTheEnd,
  ): Promise<{ id: string; path: string; to: string }> {
    const [path, to] = [newPath(), newNumber()];
    const { accepted } = await sms.messages.send(
      account,
      { items: [{ to, text: 'Habari' }] },
      { callback: { url: receiver.url(path), format } },
    );
    return { id: accepted[0]!.id, path, to };
  }

  const told = (path: string, count: number): Promise<string[]> =>
    eventually(`${count} callbacks at ${path}`, () => {
      const posts = receiver.to(path);
      return Promise.resolve(posts.length >= count && posts.map(({ body }) => body));
    });

  async function arrives({ sms, operator }: Platform, account: string, id: string): Promise<void> {
    await reaches(sms, account, id, 'submitted');
    await operator.receipt(id, 'delivered');
  }

  it('tell the end of a message once', async () => {
    const account = await openAccount(given().sms);
    const { id, path } = await sendOne(given(), account);
    await arrives(given(), account, id);
    assert.deepEqual(await told(path, 1), [JSON.stringify({ id, word: 'Delivered' })]);
    await given().operator.receipt(id, 'undelivered');
    const another = await sendOne(given(), account);
    await reaches(given().sms, account, another.id, 'submitted');
    await given().operator.receipt(another.id, 'undelivered');
    assert.deepEqual(await told(another.path, 1), [JSON.stringify({ id: another.id, word: 'Failed' })]);
    assert.equal(receiver.to(path).length, 1);
    const rows = await storedRows(given().database, 'sms_callback_deliveries');
    assert.equal(rows.filter(({ subject_id: subject }) => subject === id).length, 1);
  });

  it('tell each step of each message of a batch, with the key it was sent with', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const { raw } = await sms.keys.create(account, { form: 'mif', name: 'x' });
    const access = await sms.credentials.authenticate({ kind: 'token', raw, forms: ['mif'] });
    const path = newPath();
    const { accepted } = await sms.messages.send(
      access,
      { items: [newNumber(), newNumber()].map((to) => ({ to, text: 'Habari' })), isBatch: true },
      { callback: { url: receiver.url(path), format: everyStep, fields: { cost: 18.5 } } },
    );
    for (const { id } of accepted) await arrives(given(), account, id);
    const bodies = (await told(path, 4)).map((body) => JSON.parse(body) as Told);
    assert.deepEqual(new Set(bodies.map(({ message_id: id }) => id)), new Set([accepted[0]?.batchId]));
    assert.ok(receiver.to(path).every(({ headers }) => headers.authorization === `Bearer ${raw}`));
    for (const { recipient } of accepted) {
      const own = bodies.filter(({ recipients: [one] }) => one.phone === recipient);
      assert.deepEqual(own.map(({ status }) => status).sort(), ['delivered', 'sent']);
      for (const { recipients, metadata, status } of own) {
        const [{ delivery_time: time }] = recipients;
        assert.equal(time !== null, status === 'delivered');
        const shown = { sender_id: 'DUKA', cost: 18.5, note: `for ${recipient}`, fixed: 1 };
        assert.deepEqual(metadata, shown);
      }
    }
  });

  it('are tried again as their vendor says, and given up', async () => {
    const { sms, clock } = given();
    const account = await openAccount(sms);
    receiver.answer = () => ({ status: 500 });
    const { id, path } = await sendOne(given(), account);
    await arrives(given(), account, id);
    await told(path, 1);
    const state = () =>
      eventually('the attempt is recorded', async () => {
        const rows = await storedRows(given().database, 'sms_callback_deliveries');
        const row = rows.find(({ subject_id: subject }) => subject === id);
        return row?.worker_id === null && row.attempts === receiver.to(path).length && row;
      });
    const first = await state();
    assert.deepEqual([first.state, first.attempts, first.last_status], ['retrying', 1, 500]);
    const waitMs = Number(first.next_at) - clock.now();
    assert.ok(waitMs > 50_000 && waitMs <= 66_000, String(waitMs));
    clock.move(67_000);
    await told(path, 2);
    assert.equal((await state()).state, 'exhausted');
    clock.move(3_600_000);
    receiver.answer = () => ({ status: 200 });
    const next = await sendOne(given(), account);
    await arrives(given(), account, next.id);
    await told(next.path, 1);
    assert.equal(receiver.to(path).length, 2);
  });

  it('do not wait longer than their vendor does', async () => {
    const account = await openAccount(given().sms);
    receiver.answer = () => new Promise((resolve) => setTimeout(() => resolve({ status: 200 }), 1_500));
    const { id } = await sendOne(given(), account);
    await arrives(given(), account, id);
    const row = await eventually('it is given up', async () => {
      const rows = await storedRows(given().database, 'sms_callback_deliveries');
      return rows.find((one) => one.subject_id === id && one.attempts === 1) ?? false;
    });
    assert.deepEqual([row.state, row.last_status], ['retrying', null]);
    assert.match(String(row.last_error), /^timeout: .* 0\.3 seconds/);
  });

  it('survive a restart between the event and the POST', async () => {
    const database = await open();
    const operator = new ScriptedOperator();
    const options = { operator, webhookAllow: ['127.0.0.1'] };
    const before = await openPlatform(database, options);
    await before.sms.start();
    const account = await openAccount(before.sms);
    await receiver.down();
    const { id, path } = await sendOne(before, account);
    await arrives(before, account, id);
    await reaches(before.sms, account, id, 'delivered');
    await before.sms.stop({ deadlineMs: 500 });
    await receiver.up();
    const after = await openPlatform(database, options);
    after.clock.move(70_000);
    await after.sms.start();
    try {
      assert.deepEqual(await told(path, 1), [JSON.stringify({ id, word: 'Delivered' })]);
      const rows = await storedRows(database, 'sms_callback_deliveries');
      assert.equal(rows.length, 1);
    } finally {
      await after.sms.stop({ deadlineMs: 500 });
    }
  });

  const wrong: [string, boolean, SmsErrorCode][] = [
    ['http://10.0.0.1/x', false, 'invalid_request'],
    ['http://localhost/x', false, 'invalid_request'],
    ['ftp://example.com/x', false, 'invalid_request'],
    ['not a url', false, 'invalid_request'],
    ['http://user:pw@example.com/', false, 'invalid_request'],
    ['http://93.184.215.14/x', true, 'invalid_request'],
  ];
  for (const [url, isHttpsOnly, code] of wrong) {
    it(`are refused to ${url}, and nothing is sent`, async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const sending = sms.messages.send(
        account,
        { items: [{ to: newNumber(), text: 'x' }] },
        { callback: { url, format: atTheEnd, isHttpsOnly } },
      );
      await assert.rejects(sending, { code, details: { field: 'callback_url' } });
      assert.equal((await sms.messages.list(account, {}, { limit: 1, offset: 0 })).total, 0);
    });
  }

  it('forget a person who is erased', async () => {
    const { sms, database } = given();
    const account = await openAccount(sms);
    const { raw } = await sms.keys.create(account, { form: 'mif', name: 'x' });
    const access = await sms.credentials.authenticate({ kind: 'token', raw, forms: ['mif'] });
    const phone = newNumber();
    const contact = await sms.contacts.create(account, { phone });
    const path = newPath();
    const callback = { url: receiver.url(path), format: everyStep, fields: { cost: 1 } };
    const { accepted } = await sms.messages.send(access, { items: [{ to: phone, text: 'x' }] }, { callback });
    await arrives(given(), account, accepted[0]!.id);
    await told(path, 2);
    await sms.contacts.erase(account, contact.id);
    const rows = [
      ...(await storedRows(database, 'sms_callback_deliveries')),
      ...(await storedRows(database, 'sms_callbacks')),
    ];
    assert.ok(!JSON.stringify(rows).includes(phone.slice(1)));
  });
});
