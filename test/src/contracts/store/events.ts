import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventTypes, type DomainEvent } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { eventually } from '../eventually.js';
import {
  newNumber,
  openAccount,
  openPlatform,
  platformFor,
  reaches,
  refusal,
  sendOne,
  toldTo,
  type Platform,
} from '../platform.js';
import { storedRows } from '../stored-rows.js';

export function eventsSuite(open: OpenTestDatabase): void {
  describe('events after a cursor', () => {
    const given = platformFor(open);

    it('are an account’s own, in the order they happened, page by page', async () => {
      const { sms, operator } = given();
      const [account, neighbour] = [await openAccount(sms), await openAccount(sms)];
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) {
        const id = await sendOne(sms, account, { clientRef: `ref ${n}` });
        ids.push(id);
        await reaches(sms, neighbour, await sendOne(sms, neighbour), 'submitted');
        await reaches(sms, account, id, 'submitted');
        await operator.receipt(id, n === 4 ? 'undelivered' : 'delivered');
      }
      const all = await toldTo(given(), account);
      const seen = await pageByPage(sms, account, 3);
      assert.deepEqual(seen, all);
      assert.ok(all.every(({ accountId }) => accountId === account));
      assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
      const steps = ids.map((id) => all.filter(({ subjectId }) => subjectId === id).map(({ type }) => type));
      const delivered = ['message.accepted', 'message.submitted', 'message.delivered'];
      assert.deepEqual(steps, [...Array<string[]>(4).fill(delivered), [...delivered.slice(0, 2), 'message.failed']]);
      assert.equal(all.length, 1 + 5 * 3);
    });

    async function pageByPage(sms: Platform['sms'], account: string, limit: number): Promise<DomainEvent[]> {
      const seen: DomainEvent[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await sms.events.after(account, cursor, limit);
        if (page.length === 0) return seen;
        seen.push(...page);
        cursor = page.at(-1)?.cursor;
      }
    }

    it('carry what their readers need and not the text', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const to = newNumber();
      const id = await sendOne(sms, account, { to, message: 'your code is a secret', clientRef: 'order 7' });
      const events = await toldTo(given(), account);
      const accepted = events.find(({ type }) => type === 'message.accepted');
      assert.deepEqual(accepted?.data, {
        messageId: id,
        recipient: to,
        sender: 'DUKA',
        state: 'queued',
        segments: 1,
        clientRef: 'order 7',
        errorCode: null,
      });
      assert.ok(!JSON.stringify(events).includes('your code'));
    });

    it('begin after the last one there is, where that is asked for', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      await eventually('the first event', async () => (await sms.events.after(account, undefined, 1)).length === 1);
      const cursor = await sms.events.lastCursor();
      assert.deepEqual(await sms.events.after(account, cursor, 10), []);
      await sms.accounts.topUp(account, 1_000);
      await eventually('the new event', async () => (await sms.events.after(account, cursor, 10)).length === 1);
    });

    it('are refused after what is no cursor', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      for (const cursor of ['', 'x', '1', '1-', '-1-1', '1-1; DROP TABLE sms_events', `1-${'9'.repeat(16)}`]) {
        assert.equal(await refusal(sms.events.after(account, cursor, 1)), 'invalid_request', cursor);
      }
    });
  });

  describe('sms.on', () => {
    const topUps = async ({ sms }: Platform, account: string, count: number): Promise<void> => {
      for (let n = 0; n < count; n++) await sms.accounts.topUp(account, 1_000 + n);
    };
    const amounts = (heard: readonly DomainEvent[]): number[] =>
      heard.map(({ data }) => (data as { amount: number }).amount);
    const upTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, n) => 1_000 + from + n);

    it('hears events in order, by their type', async () => {
      const platform = await openPlatform(await open());
      const { sms } = platform;
      const account = await openAccount(sms, { credits: 0 });
      const heard: DomainEvent[] = [];
      const types: string[] = [];
      sms.on('credits.added', (event) => void heard.push(event), { name: 'credits' });
      sms.on('*', ({ type }) => void types.push(type), { name: 'all' });
      await sms.start();
      await topUps(platform, account, 20);
      await sendOne(sms, account);
      await eventually('all are heard', () => types.includes('message.submitted'));
      assert.deepEqual(amounts(heard), upTo(20));
      assert.equal(types.filter((type) => type === 'credits.added').length, 20);
      assert.ok(types.every((type) => (eventTypes as string[]).includes(type)));
      await sms.stop();
    });

    it('offers again what a handler refused, before anything later', async () => {
      const platform = await openPlatform(await open());
      const { sms } = platform;
      const account = await openAccount(sms, { credits: 0 });
      const offered: number[] = [];
      sms.on('credits.added', ({ data }) => {
        offered.push(data.amount);
        if (data.amount === 1_002 && offered.filter((amount) => amount === 1_002).length < 3)
          throw new Error('not yet');
      });
      await sms.start();
      await topUps(platform, account, 5);
      await eventually('the last is heard', () => offered.at(-1) === 1_004);
      const expected = [1_000, 1_001, 1_002, 1_002, 1_002, 1_003, 1_004];
      assert.deepEqual(offered, expected);
      await sms.stop();
    });

    it('goes on after a restart where it left off, and loses nothing that happened meanwhile', async () => {
      const database = await open();
      const heard: DomainEvent[] = [];
      const listen = (platform: Platform): void =>
        void platform.sms.on('credits.added', (event) => void heard.push(event));
      const first = await openPlatform(database);
      listen(first);
      await first.sms.start();
      const account = await openAccount(first.sms, { credits: 0 });
      await topUps(first, account, 3);
      await eventually('three are heard', () => heard.length === 3);
      await first.sms.stop();

      const meanwhile = await openPlatform(database);
      for (const amount of upTo(4, 3)) await meanwhile.sms.accounts.topUp(account, amount);
      await meanwhile.sms.stop();

      const second = await openPlatform(database);
      listen(second);
      await second.sms.start();
      await eventually('the others are heard', () => heard.length >= 7);
      await sleep(300);
      assert.deepEqual(amounts(heard), upTo(7));
      await second.sms.stop();
    });

    it('offers again after a restart what was refused until the end', async () => {
      const database = await open();
      const first = await openPlatform(database);
      let refused = 0;
      first.sms.on('credits.added', () => {
        refused++;
        throw new Error('never');
      });
      await first.sms.start();
      const account = await openAccount(first.sms, { credits: 0 });
      await topUps(first, account, 2);
      await eventually('it is refused', () => refused > 0);
      await first.sms.stop();
      const second = await openPlatform(database);
      const heard: DomainEvent[] = [];
      second.sms.on('credits.added', (event) => void heard.push(event));
      await second.sms.start();
      await eventually('both are heard', () => heard.length === 2);
      assert.deepEqual(amounts(heard), upTo(2));
      await second.sms.stop();
    });

    it('keeps a place for each name', async () => {
      const platform = await openPlatform(await open());
      const { sms } = platform;
      const heard: DomainEvent[] = [];
      let tries = 0;
      sms.on(
        'credits.added',
        () => {
          tries++;
          throw new Error('never');
        },
        { name: 'stuck' },
      );
      sms.on('credits.added', (event) => void heard.push(event), { name: 'quick' });
      await sms.start();
      await topUps(platform, await openAccount(sms, { credits: 0 }), 3);
      await eventually('the quick one hears all', () => heard.length === 3 && tries > 1);
      await sms.stop();
    });

    it('reads in one process at a time, and in the other when that ends', async () => {
      const database = await open();
      const both = [await openPlatform(database), await openPlatform(database)];
      const heard = both.map((platform) => {
        const events: DomainEvent[] = [];
        platform.sms.on('credits.added', (event) => void events.push(event), { name: 'shared' });
        return events;
      });
      for (const { sms } of both) await sms.start();
      const account = await openAccount(both[0]!.sms, { credits: 0 });
      await Promise.all(both.map((platform) => topUps(platform, account, 15)));
      await eventually('all are heard', () => heard.flat().length >= 30);
      await sleep(300);
      assert.equal(new Set(heard.flat().map(({ id }) => id)).size, 30);
      assert.equal(heard.flat().length, 30);
      const reader = heard[0]!.length > 0 ? 0 : 1;
      assert.equal(heard[1 - reader]!.length, 0);
      await both[reader]!.sms.stop();
      await topUps(both[1 - reader]!, account, 3);
      await eventually('the other reads on', () => heard[1 - reader]!.length === 3);
      await both[1 - reader]!.sms.stop();
    });

    it('hears no more once it is told so, and can be told to start at any time', async () => {
      const platform = await openPlatform(await open());
      const { sms } = platform;
      await sms.start();
      const heard: DomainEvent[] = [];
      const stop = sms.on('credits.added', (event) => void heard.push(event));
      const account = await openAccount(sms, { credits: 0 });
      await sleep(300);
      const before = heard.length;
      await topUps(platform, account, 2);
      await eventually('both are heard', () => heard.length === before + 2);
      stop();
      await topUps(platform, account, 2);
      await sleep(400);
      assert.equal(heard.length, before + 2);
      await sms.stop();
    });

    it('passes over what nobody hears, and hears what comes after that when it is told to', async () => {
      const platform = await openPlatform(await open());
      const { sms, clock } = platform;
      sms.on('message.received', () => undefined);
      await sms.start();
      const account = await openAccount(sms, { credits: 0 });
      const place = async (): Promise<string> => {
        const reader = (await storedRows(platform.database, 'sms_consumers')).find(({ name }) => name === 'host');
        return `${reader?.xid}-${reader?.seq}`;
      };
      const before = await place();
      await eventually('its place moves on', async () => {
        clock.move(2_000);
        await topUps(platform, account, 1);
        return (await place()) !== before;
      });
      const heard: DomainEvent[] = [];
      sms.on('credits.added', (event) => void heard.push(event));
      await sms.accounts.topUp(account, 2_000);
      await eventually('the last is heard', () => amounts(heard).includes(2_000));
      await sms.stop();
      const [end] = (await storedRows(platform.database, 'sms_events')).slice(-1);
      assert.equal(await place(), `${end?.xid}-${end?.seq}`);
    });

    it('does not keep stop from its deadline when a handler hangs', async () => {
      const platform = await openPlatform(await open());
      const { sms } = platform;
      let called = false;
      sms.on('credits.added', () => {
        called = true;
        return new Promise<void>(() => {});
      });
      await sms.start();
      await topUps(platform, await openAccount(sms, { credits: 0 }), 1);
      await eventually('it hangs', () => called);
      const stopped = await Promise.race([sms.stop({ deadlineMs: 300 }).then(() => true), sleep(5_000, false)]);
      assert.ok(stopped, 'stop waits for a handler that never answers');
    });
  });
}
