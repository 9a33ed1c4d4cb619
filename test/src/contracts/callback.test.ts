import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, NewWebhook } from '@ujumbe/core';
import { describeOnDatabases } from '../support/databases.js';
import { eventually } from './eventually.js';
import { openAccount, openPlatform, reaches, refusal, sendOne, toldTo, type Platform } from './platform.js';
import { Receiver, verified, type Answer } from './receiver.js';
import { everythingStored } from './stored-rows.js';

const allowed = { webhookAllow: ['127.0.0.1'] };
/** Past the second attempt with all its jitter, and past the pause of an endpoint that has just begun to fail. */
const nextAttemptMs = 6_000;

describeOnDatabases('callbacks', (open) => {
  let platform: Platform;
  let receiver: Receiver;
  before(async () => {
    platform = await openPlatform(await open(), allowed);
    await platform.sms.start();
  });
  after(() => platform.sms.stop({ deadlineMs: 1_000 }));
  beforeEach(async () => {
    receiver = new Receiver();
    await receiver.up();
  });
  afterEach(() => receiver.down());

  interface Subscribed {
    account: string;
    id: string;
    secret: string;
    path: string;
  }

  let subscriptions = 0;
  async function subscribe(changes: Partial<NewWebhook> = {}, { sms } = platform): Promise<Subscribed> {
    const account = await openAccount(sms, { credits: 0 });
    const path = `/hook/${++subscriptions}`;
    const wanted = { url: receiver.url(path), events: ['credits.added'], ...changes };
    const { webhook, secret } = await sms.webhooks.create(account, wanted);
    return { account, id: webhook.id, secret, path };
  }

  const topUp = async (account: string, count = 1, { sms } = platform): Promise<void> => {
    for (let n = 0; n < count; n++) await sms.accounts.topUp(account, 1_000 + n);
  };

  const deliveries = async ({ account, id }: Subscribed, { sms } = platform): Promise<Delivery[]> =>
    (await sms.webhooks.deliveries(account, id, { limit: 100, offset: 0 })).deliveries;

  /** The only delivery of a subscription, once it is as wanted. */
  const delivery = (to: Subscribed, wanted: (delivery: Delivery) => boolean, at = platform): Promise<Delivery> =>
    eventually('the delivery is as wanted', async () => (await deliveries(to, at)).find(wanted));

  const inState =
    (state: Delivery['state']) =>
    (one: Delivery): boolean =>
      one.state === state;

  const answers = (...list: (number | Answer)[]): void => {
    const at = new Map<string, number>();
    receiver.answer = ({ path }) => {
      const nth = at.get(path) ?? 0;
      at.set(path, nth + 1);
      const answer = list[Math.min(nth, list.length - 1)]!;
      return typeof answer === 'number' ? { status: answer } : answer;
    };
  };

  it('carry the event, signed as Standard Webhooks says', async () => {
    const to = await subscribe();
    await topUp(to.account);
    const [post] = await eventually('the post', () => receiver.to(to.path).length > 0 && receiver.to(to.path));
    const told = verified(post!, to.secret);
    const [event] = await toldTo(platform, to.account);
    assert.deepEqual([told.id, told.type, told.account_uuid], [event!.id, 'credits.added', to.account]);
    assert.deepEqual([told.data, told.timestamp], [{ amount: 1 }, new Date(event!.at).toISOString()]);
    assert.equal(post!.headers['webhook-id'], event!.id);
    assert.equal(post!.headers['content-type'], 'application/json');
    assert.throws(() => verified({ ...post!, body: `${post!.body} ` }, to.secret));
    const other = await platform.sms.webhooks.create(to.account, { url: receiver.url(), events: ['*'] });
    assert.throws(() => verified(post!, other.secret));
  });

  it('tell a message’s whole way, each step once', async () => {
    const { sms, operator } = platform;
    const account = await openAccount(sms);
    const { secret } = await sms.webhooks.create(account, { url: receiver.url('/way'), events: ['message.*'] });
    const id = await sendOne(sms, account, { clientRef: 'order 7', message: 'your code is a secret' });
    await reaches(sms, account, id, 'submitted');
    await operator.receipt(id, 'delivered');
    await eventually('three posts', () => receiver.to('/way').length === 3);
    const told = receiver.to('/way').map((post) => verified(post, secret));
    assert.deepEqual(told.map(({ type }) => type).sort(), [
      'message.accepted',
      'message.delivered',
      'message.submitted',
    ]);
    const delivered = told.find(({ type }) => type === 'message.delivered');
    assert.deepEqual(
      [delivered?.data.uuid, delivered?.data.state, delivered?.data.status, delivered?.data.client_ref],
      [id, 'delivered', 'delivered', 'order 7'],
    );
    assert.ok(!receiver.posts.some(({ body }) => body.includes('your code')));
  });

  it('go to those who hear the event, of that account alone', async () => {
    const { sms } = platform;
    const to = await subscribe({ events: ['credits.added'] });
    const subscription = (events: string[], path: string): Promise<unknown> =>
      sms.webhooks.create(to.account, { url: receiver.url(path), events });
    await subscription(['message.delivered'], '/other');
    await subscription(['credits.*', 'message.failed'], '/family');
    await subscription(['*'], '/all');
    const stranger = await subscribe({ events: ['*'] });
    await topUp(to.account);
    await eventually('three posts', () => receiver.posts.length === 3);
    await sleep(150);
    const paths = receiver.posts.map(({ path }) => path).sort();
    assert.deepEqual(paths, ['/all', '/family', to.path]);
    assert.deepEqual(await deliveries(stranger), []);
  });

  it('are tried again after a failure, with the same id, and logged', async () => {
    const to = await subscribe();
    answers({ status: 500, body: 'out of order' }, 204);
    await topUp(to.account);
    const failed = await delivery(to, inState('retrying'));
    const waitMs = failed.nextAt! - failed.log[0]!.at;
    assert.ok(waitMs >= 5_000 && waitMs < 6_000, `${waitMs} ms`);
    assert.notEqual((await platform.sms.webhooks.get(to.account, to.id)).failingSince, null);
    platform.clock.move(nextAttemptMs);
    const done = await delivery(to, inState('succeeded'));
    assert.deepEqual(
      done.log.map(({ attempt, status, response }) => [attempt, status, response]),
      [
        [1, 500, 'out of order'],
        [2, 204, null],
      ],
    );
    assert.match(done.log[0]!.error ?? '', /^http_status: /);
    assert.deepEqual([done.attempts, done.lastStatus, done.lastError, done.nextAt], [2, 204, null, null]);
    const [first, second] = receiver.to(to.path);
    assert.equal(verified(first!, to.secret).id, verified(second!, to.secret).id);
    assert.ok(Number(second!.headers['webhook-timestamp']) > Number(first!.headers['webhook-timestamp']));
    assert.equal((await platform.sms.webhooks.get(to.account, to.id)).failingSince, null);
  });

  it('wait as long as Retry-After asks', async () => {
    const to = await subscribe();
    answers({ status: 503, headers: { 'retry-after': '60' } }, 200);
    await topUp(to.account);
    const failed = await delivery(to, inState('retrying'));
    assert.ok(failed.nextAt! - failed.log[0]!.at >= 60_000);
    platform.clock.move(nextAttemptMs);
    await sleep(700);
    assert.equal(receiver.to(to.path).length, 1);
  });

  it('stop at a 410, which is told once', async () => {
    const to = await subscribe();
    answers(410);
    await topUp(to.account, 10);
    await eventually('it is disabled', async () => {
      const { state } = await platform.sms.webhooks.get(to.account, to.id);
      return state === 'disabled';
    });
    await sleep(700);
    const posted = receiver.to(to.path).length;
    const events = await toldTo(platform, to.account);
    const disabled = events.filter(({ type }) => type === 'webhook.disabled');
    assert.equal(disabled.length, 1);
    assert.deepEqual(disabled[0]!.data, { webhookId: to.id, url: receiver.url(to.path), reason: 'it answered 410' });
    await topUp(to.account);
    platform.clock.move(nextAttemptMs);
    await sleep(700);
    assert.equal(receiver.to(to.path).length, posted);
    answers(200);
    await platform.sms.webhooks.update(to.account, to.id, { state: 'active' });
    await eventually('what it missed', async () => (await deliveries(to)).every(inState('succeeded')));
  });

  it('of an endpoint that was down all arrive once it is up again, by themselves', async () => {
    const to = await subscribe();
    await receiver.down();
    await topUp(to.account, 30);
    await eventually('it has failed', async () => (await deliveries(to)).some(inState('retrying')));
    const { failingSince } = await platform.sms.webhooks.get(to.account, to.id);
    assert.notEqual(failingSince, null);
    await receiver.up();
    await eventually('all have arrived', async () => {
      platform.clock.move(1_000);
      await sleep(100);
      return (await deliveries(to)).filter(inState('succeeded')).length === 30;
    });
    const told = receiver.to(to.path).map((post) => verified(post, to.secret).id);
    const events = await toldTo(platform, to.account);
    assert.deepEqual(told.sort(), events.map(({ id }) => id).sort());
    assert.equal((await platform.sms.webhooks.get(to.account, to.id)).failingSince, null);
  });

  it('of a failing endpoint do not wear it out: one is tried, the others keep their attempts', async () => {
    const to = await subscribe();
    answers(500);
    await topUp(to.account);
    await delivery(to, inState('retrying'));
    await topUp(to.account, 20);
    await eventually('they wait', async () => (await deliveries(to)).length === 21);
    platform.clock.move(nextAttemptMs);
    await eventually('a second attempt', () => receiver.to(to.path).length === 2);
    await sleep(300);
    assert.equal(receiver.to(to.path).length, 2);
    assert.ok((await deliveries(to)).filter(inState('pending')).length >= 19);
  });

  it('that would wait for minutes are sent as soon as the endpoint answers again', async () => {
    const to = await subscribe();
    // Both first attempts are under way before one of them fails and keeps the other waiting.
    receiver.answer = async () => {
      const nth = receiver.posts.length;
      await eventually('both are tried', () => receiver.posts.length >= 2);
      return { status: nth <= 3 ? 500 : 200 };
    };
    await topUp(to.account, 2);
    await eventually('both have failed', async () => (await deliveries(to)).filter(inState('retrying')).length === 2);
    platform.clock.move(nextAttemptMs);
    const failedTwice = await delivery(to, ({ attempts }) => attempts === 2);
    assert.ok(failedTwice.nextAt! - failedTwice.log[1]!.at >= 300_000);
    platform.clock.move(nextAttemptMs);
    await eventually('both are told', async () => (await deliveries(to)).every(inState('succeeded')));
  });

  it('are not held up by another customer’s slow server', async () => {
    const slow = await subscribe();
    const quick = await subscribe();
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    receiver.answer = async ({ path }) => {
      if (path === slow.path) await released;
      return { status: 200 };
    };
    await topUp(slow.account, 60);
    await eventually('the slow one is busy', () => receiver.to(slow.path).length === 20);
    await topUp(quick.account);
    await eventually('the quick one is told', () => receiver.to(quick.path).length === 1, 3_000);
    assert.equal(receiver.to(slow.path).length, 20);
    release();
    await eventually('the slow one is told', () => receiver.to(slow.path).length === 60);
  });

  it('can be replayed, and read page by page', async () => {
    const { sms } = platform;
    const to = await subscribe();
    await topUp(to.account, 5);
    await eventually('all are told', async () => (await deliveries(to)).filter(inState('succeeded')).length === 5);
    const all = await deliveries(to);
    const page = await sms.webhooks.deliveries(to.account, to.id, { limit: 2, offset: 2 });
    assert.deepEqual([page.deliveries, page.total], [all.slice(2, 4), 5]);
    const [newest] = all;
    const replayed = await sms.webhooks.replay(to.account, to.id, newest!.id);
    assert.equal(replayed.id, newest!.id);
    await eventually('it is told again', () => receiver.to(to.path).length === 6);
    const again = await delivery(
      to,
      ({ id, attempts, state }) => id === newest!.id && attempts === 2 && state === 'succeeded',
    );
    assert.deepEqual(
      again.log.map(({ attempt, status }) => [attempt, status]),
      [
        [1, 200],
        [2, 200],
      ],
    );
    assert.equal(receiver.to(to.path).at(-1)?.headers['webhook-id'], newest!.eventId);
  });

  it('are signed with both secrets while one is rotated', async () => {
    const to = await subscribe();
    const { secret, webhook } = await platform.sms.webhooks.rotateSecret(to.account, to.id);
    assert.notEqual(secret, to.secret);
    assert.ok(!JSON.stringify(webhook).includes('whsec_'));
    await topUp(to.account);
    const [post] = await eventually('the post', () => receiver.to(to.path).length > 0 && receiver.to(to.path));
    assert.deepEqual(verified(post!, secret), verified(post!, to.secret));
    assert.equal(String(post!.headers['webhook-signature']).split(' ').length, 2);
  });

  it('keep a change and a rotation that come at the same time', async () => {
    const to = await subscribe();
    const { webhooks } = platform.sms;
    const [, { secret }] = await Promise.all([
      webhooks.update(to.account, to.id, { description: 'orders' }),
      webhooks.rotateSecret(to.account, to.id),
      webhooks.update(to.account, to.id, { events: ['*'] }),
    ]);
    const { description, events } = await webhooks.get(to.account, to.id);
    assert.deepEqual([description, events], ['orders', ['*']]);
    await topUp(to.account);
    const [post] = await eventually('the post', () => receiver.to(to.path).length > 0 && receiver.to(to.path));
    assert.deepEqual(verified(post!, secret), verified(post!, to.secret));
  });

  it('do not follow a redirect', async () => {
    const to = await subscribe();
    answers({ status: 307, headers: { location: receiver.url('/elsewhere') } });
    await topUp(to.account);
    const failed = await delivery(to, inState('retrying'));
    assert.match(failed.lastError ?? '', /^redirected: /);
    await sleep(100);
    assert.equal(receiver.to('/elsewhere').length, 0);
  });

  it('end when the subscription is deleted, or stopped by its owner', async () => {
    const { sms } = platform;
    const gone = await subscribe();
    const off = await subscribe();
    answers(500);
    for (const { account } of [gone, off]) await topUp(account);
    await delivery(gone, inState('retrying'));
    await delivery(off, inState('retrying'));
    await sms.webhooks.delete(gone.account, gone.id);
    await sms.webhooks.update(off.account, off.id, { state: 'disabled' });
    for (const { account } of [gone, off]) await topUp(account);
    platform.clock.move(nextAttemptMs);
    await sleep(700);
    assert.deepEqual([receiver.to(gone.path).length, receiver.to(off.path).length], [1, 1]);
    assert.equal(await refusal(sms.webhooks.get(gone.account, gone.id)), 'not_found');
    assert.deepEqual(await sms.webhooks.list(gone.account), []);
  });

  it('stay stopped when an attempt was under way as its owner stopped them', async () => {
    const { sms } = platform;
    const to = await subscribe();
    let fail: (answer: Answer) => void = () => {};
    receiver.answer = () => new Promise((resolve) => (fail = resolve));
    await topUp(to.account);
    await eventually('an attempt is under way', () => receiver.to(to.path).length === 1);
    await sms.webhooks.update(to.account, to.id, { state: 'disabled' });
    fail({ status: 500 });
    await delivery(to, inState('retrying'));
    assert.equal((await sms.webhooks.get(to.account, to.id)).state, 'disabled');
  });

  it('are managed by their owner alone', async () => {
    const { sms } = platform;
    const to = await subscribe();
    const stranger = await openAccount(sms);
    const page = { limit: 1, offset: 0 };
    for (const [account, id] of [
      [stranger, to.id],
      [to.account, 'nonsense'],
    ] as const) {
      assert.equal(await refusal(sms.webhooks.get(account, id)), 'not_found');
      assert.equal(await refusal(sms.webhooks.update(account, id, { state: 'disabled' })), 'not_found');
      assert.equal(await refusal(sms.webhooks.rotateSecret(account, id)), 'not_found');
      assert.equal(await refusal(sms.webhooks.deliveries(account, id, page)), 'not_found');
      assert.equal(await refusal(sms.webhooks.replay(account, id, to.id)), 'not_found');
      assert.equal(await refusal(sms.webhooks.delete(account, id)), 'not_found');
    }
    for (const id of ['nonsense', to.id]) {
      assert.equal(await refusal(sms.webhooks.replay(to.account, to.id, id)), 'not_found');
    }
    assert.equal((await sms.webhooks.get(to.account, to.id)).state, 'active');
  });

  it('have secrets that are stored sealed', async () => {
    const to = await subscribe();
    const { secret } = await platform.sms.webhooks.rotateSecret(to.account, to.id);
    const stored = await everythingStored(platform.database);
    assert.ok(stored.includes(to.id) && !stored.includes('whsec_'));
    for (const one of [secret, to.secret]) assert.ok(!stored.includes(one.slice('whsec_'.length)));
    assert.ok(!JSON.stringify(await platform.sms.webhooks.list(to.account)).includes('whsec_'));
  });

  it('cannot be asked for at an address that is not public', async () => {
    const { sms } = platform;
    const to = await subscribe();
    const port = new URL(receiver.url()).port;
    const refused = ['http://10.0.0.1/', 'http://[::1]/', 'http://169.254.169.254/latest', `http://localhost:${port}/`];
    const wrong = ['http://192.168.1.1/', 'ftp://example.com/', 'http://user:pass@example.com/', 'nonsense', ''];
    for (const url of [...refused, ...wrong]) {
      assert.equal(await refusal(sms.webhooks.create(to.account, { url, events: ['*'] })), 'invalid_request', url);
      assert.equal(await refusal(sms.webhooks.update(to.account, to.id, { url })), 'invalid_request', url);
    }
    assert.equal((await sms.webhooks.list(to.account)).length, 1);
  });

  it('do not reach an address that is not public when it comes to connecting', async () => {
    const database = await open();
    const permissive = await openPlatform(database, allowed);
    const to = await subscribe({}, permissive);
    await permissive.sms.stop();
    const strict = await openPlatform(database);
    await strict.sms.start();
    await topUp(to.account, 1, strict);
    const failed = await delivery(to, inState('retrying'), strict);
    assert.match(failed.lastError ?? '', /^address_refused: /);
    assert.ok(!failed.lastError!.includes('127.0.0.1'));
    assert.deepEqual(receiver.posts, []);
    await strict.sms.stop();
  });

  it('that were waiting are sent after a restart', async () => {
    const database = await open();
    const first = await openPlatform(database, allowed);
    const to = await subscribe({}, first);
    await topUp(to.account, 5, first);
    await first.sms.stop();
    const second = await openPlatform(database, allowed);
    await second.sms.start();
    await topUp(to.account, 5, second);
    await eventually(
      'all are told',
      async () => (await deliveries(to, second)).filter(inState('succeeded')).length >= 5,
    );
    await second.sms.stop();
  });

  it('of an endpoint that fails for five days end, and that is told', async () => {
    const database = await open();
    const { sms, clock } = await openPlatform(database, allowed);
    await sms.start();
    const at = { ...platform, sms, clock };
    const to = await subscribe({}, at);
    answers(500);
    await topUp(to.account, 1, at);
    await delivery(to, inState('retrying'), at);
    clock.move(5 * 86_400_000);
    await eventually('it is disabled', async () => (await sms.webhooks.get(to.account, to.id)).state === 'disabled');
    const events = await toldTo({ sms, database }, to.account);
    const disabled = events.filter(({ type }) => type === 'webhook.disabled');
    assert.deepEqual(
      disabled.map(({ data }) => (data as { reason: string }).reason),
      ['it failed for five days'],
    );
    await sms.stop();
  });
});
