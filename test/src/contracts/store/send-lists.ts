import assert from 'node:assert/strict';
import type { Message, Sms } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { Lists, type List } from '../../support/send-lists.js';
import { assertInvariants } from '../../support/ledger-invariants.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, refusal, toldTo, type Platform } from '../platform.js';
import { accept, later, ScriptedOperator } from '../scripted-operator.js';
import { everythingStored, storedRows } from '../stored-rows.js';

const credit = 1_000;
const enough = 10_000 * credit;
const text = 'Punguzo leo';

const rowsOf = (count: number, own: string | null = null): { recipient: string; text: string | null }[] =>
  Array.from({ length: count }, () => ({ recipient: newNumber(), text: own }));

interface World extends Platform {
  lists: Lists;
  account: string;
}

export function sendListsSuite(open: OpenTestDatabase): void {
  let worlds: World[] = [];

  /** A started platform, and lists that are filled and commanded from beside it. */
  async function world(
    options: { maxAhead?: number; credits?: number; segmentsPerSecond?: number; start?: boolean } = {},
  ): Promise<World> {
    const { maxAhead = 2_000, credits = enough, segmentsPerSecond, start = true } = options;
    const database = await open();
    const operator = new ScriptedOperator(segmentsPerSecond === undefined ? {} : { segmentsPerSecond });
    const platform = await openPlatform(database, { operator, limits: { maxAhead } });
    const lists = await Lists.open({
      database: database.options,
      transports: [new ScriptedOperator()],
      migrate: false,
    });
    const account = await openAccount(platform.sms, { credits });
    if (start) await platform.sms.start();
    const made = { ...platform, lists, account };
    worlds.push(made);
    return made;
  }

  afterEach(async () => {
    for (const { sms, lists, database } of worlds) {
      await sms.stop({ deadlineMs: 1_000 });
      await lists.close();
      await assertInvariants(database);
    }
    worlds = [];
  });

  const reaches = (lists: Lists, list: List, state: string): Promise<List> =>
    eventually(`the list is ${state}`, async () => {
      const now = await lists.now(list);
      return now.state === state && now;
    });

  async function messagesOf(sms: Sms, account: string, fileId: string): Promise<Message[]> {
    const all: Message[] = [];
    for (let offset = 0; ; offset += 1_000) {
      const { messages } = await sms.messages.list(account, { fileId }, { limit: 1_000, offset });
      all.push(...messages);
      if (messages.length < 1_000) return all;
    }
  }

  it('holds its whole price in one move, and refuses before anything leaves when there is not enough', async () => {
    const { sms, lists, account, operator } = await world({ credits: 10 * credit, start: false });
    const dear = await lists.fill(account, rowsOf(11), { text });
    assert.equal(await refusal(lists.start(dear)), 'insufficient_balance');
    assert.equal((await sms.accounts.balance(account)).held, 0);
    const bearable = await lists.fill(account, rowsOf(10), { text });
    await lists.start(bearable);
    assert.deepEqual(await sms.accounts.balance(account), {
      available: 0,
      held: 10 * credit,
      captured: 0,
      funded: -10 * credit,
    });
    assert.equal(await refusal(lists.start(bearable)), 'conflict', 'a list is started once');
    assert.equal(operator.submitted.length, 0);
  });

  it('makes a message of each row, with its own text or the common one, and a number may stand twice', async () => {
    const { sms, lists, account, operator } = await world();
    const twice = newNumber();
    const list = await lists.fill(
      account,
      [
        { recipient: twice, text: null, clientRef: 'r1' },
        { recipient: twice, text: `Ndugu, ${'x'.repeat(200)}` },
        ...rowsOf(1_200),
      ],
      { text },
    );
    assert.equal(list.cost, 1_203 * credit);
    await lists.start(list);
    await reaches(lists, list, 'completed');
    const messages = await messagesOf(sms, account, list.fileId);
    assert.equal(messages.length, 1_202);
    assert.equal(new Set(operator.submitted.map(({ id }) => id)).size, 1_202);
    assert.equal(operator.submitted.length, 1_202);
    const [first, second] = operator.submitted.filter(({ recipient }) => recipient === twice);
    assert.deepEqual([first?.text, second?.segments], [text, 2]);
    const stored = messages.find(({ clientRef }) => clientRef === 'r1');
    assert.deepEqual([stored?.lane, stored?.history[0]?.source, stored?.sender], ['promotional', 'file', 'DUKA']);
    const accepted = (await toldTo(worlds[0]!, account)).filter(({ type }) => type === 'message.accepted');
    assert.equal(accepted.length, 1_202);
    assert.ok(accepted.every(({ data }) => (data as { fileId?: string }).fileId === list.fileId));
    await eventually('what was handed over is charged and counted', async () => {
      const { sent, queued } = await lists.progress(list);
      return sent === 1_202 && queued === 0;
    });
    const { held, captured } = await sms.accounts.balance(account);
    assert.deepEqual([held, captured], [0, 1_203 * credit]);
  });

  it('passes over who has opted out since, and gives their credit back', async () => {
    const { sms, lists, account, operator } = await world();
    const rows = rowsOf(700);
    const list = await lists.fill(account, rows, { text });
    for (const { recipient } of rows.slice(0, 3)) await sms.suppressions.add(account, recipient);
    await lists.start(list);
    await reaches(lists, list, 'completed');
    assert.equal(operator.submitted.length, 697);
    assert.equal((await lists.progress(list)).skipped, 3);
    const { available, held } = await sms.accounts.balance(account);
    assert.deepEqual([available, held], [enough - 697 * credit, 0]);
  });

  it('is refused when a person is erased while it is filled, and keeps nothing of them', async () => {
    const { sms, lists, account, database } = await world({ start: false });
    const phone = newNumber();
    const { id } = await sms.contacts.create(account, { phone });
    const filled = lists.fill(account, [{ recipient: phone, text: null }, ...rowsOf(5)], {
      text,
      meanwhile: () => sms.contacts.erase(account, id),
    });
    assert.equal(await refusal(filled), 'conflict');
    assert.equal((await everythingStored(database)).includes(phone), false);
    assert.deepEqual(await storedRows(database, 'sms_send_list_rows'), []);
  });

  it('is only so far ahead of the operator, and stops at once when it is paused', async () => {
    const { sms, lists, account, operator } = await world({ maxAhead: 100, segmentsPerSecond: 200 });
    const list = await lists.fill(account, rowsOf(1_000), { text });
    await lists.start(list);
    await eventually('some have left', () => operator.submitted.length > 30);
    await lists.pause(list);
    const { waiting } = await sms.health.counts();
    assert.ok(waiting <= 100, `${waiting} wait`);
    // What a worker had claimed when it was paused leaves still, and nothing else.
    const atRest = await settled(() => operator.submitted.length);
    const { position } = await lists.now(list);
    assert.ok(position < 1_000, 'it was paused half-way');
    assert.equal((await lists.now(list)).state, 'paused');
    await lists.resume(list);
    await reaches(lists, list, 'completed');
    assert.ok(operator.submitted.length > atRest);
    const ids = operator.submitted.map(({ id }) => id);
    assert.equal(new Set(ids).size, 1_000);
    assert.equal(ids.length, 1_000, 'nothing was sent twice');
  });

  for (const diesThen of [false, true]) {
    const title = diesThen ? ' also when whoever cancelled it died' : '';
    it(`takes back what no operator has when it is cancelled, and releases it at once${title}`, async () => {
      const { sms, lists, account, operator } = await world({ maxAhead: 100, segmentsPerSecond: 100 });
      const list = await lists.fill(account, rowsOf(1_000), { text });
      await lists.start(list);
      await eventually('some have left', () => operator.submitted.length > 10);
      await lists.cancel(list, { diesThen });
      const handed = await settled(() => operator.submitted.length);
      const messages = await eventually('every message has its end', async () => {
        const all = await messagesOf(sms, account, list.fileId);
        return all.every(({ state }) => state === 'submitted' || state === 'cancelled') && all;
      });
      assert.ok(messages.length < 1_000);
      assert.equal(messages.filter(({ state }) => state === 'submitted').length, handed);
      const { available, held, captured } = await sms.accounts.balance(account);
      assert.deepEqual([held, captured, available], [0, handed * credit, enough - handed * credit]);
      assert.equal((await lists.now(list)).state, 'cancelled');
    });
  }

  it('does not wait for the many that can do nothing', async () => {
    const { lists, account, operator } = await world();
    const silent = later();
    operator.answer = (message) => (message.text === 'x' ? silent.answer : accept(message));
    const stuck = await Promise.all(Array.from({ length: 120 }, () => lists.fill(account, rowsOf(1), { text: 'x' })));
    for (const list of stuck) await lists.start(list);
    await eventually('all of them wait for the operator', () => operator.submitted.length === 120);
    const list = await lists.fill(account, rowsOf(1), { text });
    await lists.start(list);
    await reaches(lists, list, 'completed');
    assert.equal((await lists.now(stuck[0]!)).state, 'sending', 'it was not handed over yet');
    silent.give({ kind: 'accepted', upstreamIds: ['1'] });
    for (const one of stuck) await reaches(lists, one, 'completed');
  });

  it('waits for its time with its credit held', async () => {
    const { sms, lists, account, operator, clock } = await world();
    const list = await lists.fill(account, rowsOf(5), { text });
    await lists.start(list, clock.now() + 3_600_000);
    assert.equal((await lists.now(list)).state, 'waiting');
    assert.equal((await sms.accounts.balance(account)).held, 5 * credit);
    assert.equal(operator.submitted.length, 0);
    clock.move(3_600_001);
    await reaches(lists, list, 'completed');
    assert.equal(operator.submitted.length, 5);
  });

  it('keeps to its pace', async () => {
    const { lists, account, operator } = await world();
    const list = await lists.fill(account, rowsOf(60), { text, segmentsPerSecond: 40 });
    const at = Date.now();
    await lists.start(list);
    await reaches(lists, list, 'completed');
    // The last batch leaves at least a second after the first: sixty are one and a half seconds' worth.
    assert.ok(Date.now() - at >= 900, 'it was sent faster than it may');
    assert.equal(operator.submitted.length, 60);
  });

  it('stops while the account is suspended, and goes on when it is resumed', async () => {
    const { sms, lists, account, operator } = await world({ maxAhead: 50, segmentsPerSecond: 200 });
    const list = await lists.fill(account, rowsOf(600), { text });
    await lists.start(list);
    await eventually('some have left', () => operator.submitted.length > 10);
    await sms.accounts.suspend(account);
    const { position } = await lists.now(list);
    await settled(() => operator.submitted.length);
    assert.ok((await lists.now(list)).position <= position + 50);
    await sms.accounts.resume(account);
    await reaches(lists, list, 'completed');
    assert.equal(operator.submitted.length, 600);
  });

  it('is paused when too many fail for good', async () => {
    const { lists, account, operator } = await world({ maxAhead: 100 });
    operator.answer = (message) =>
      operator.submitted.length % 10 === 0
        ? { kind: 'rejected', code: 'upstream_rejected', detail: 'no' }
        : accept(message);
    const list = await lists.fill(account, rowsOf(3_000), { text, segmentsPerSecond: 1_500 });
    await lists.start(list);
    // What was accepted is delivered a little later; only ends are judged.
    const told = new Set<string>();
    const paused = await eventually('it is paused', async () => {
      for (const { id } of operator.submitted.slice()) {
        if (told.has(id)) continue;
        told.add(id);
        void operator.receipt(id, 'delivered');
      }
      const now = await lists.now(list);
      return now.state === 'paused' && now;
    });
    assert.ok(paused.position < 3_000);
  });

  it('is made by two processes together, and nothing of it twice', async () => {
    const { sms, database, lists, account, operator } = await world({ maxAhead: 300 });
    const other = await openPlatform(database, { limits: { maxAhead: 300 } });
    await other.sms.start();
    const made = await Promise.all([1, 2, 3].map(() => lists.fill(account, rowsOf(1_000), { text })));
    await Promise.all(made.map((list) => lists.start(list)));
    for (const list of made) await reaches(lists, list, 'completed');
    const submitted = [...operator.submitted, ...other.operator.submitted].map(({ id }) => id);
    assert.equal(submitted.length, 3_000);
    assert.equal(new Set(submitted).size, 3_000);
    for (const list of made) assert.equal((await messagesOf(sms, account, list.fileId)).length, 1_000);
    await other.sms.stop({ deadlineMs: 1_000 });
  });
}

/** A number once it has not changed for a while. */
async function settled(look: () => number): Promise<number> {
  let last = -1;
  let since = Date.now();
  return eventually('it comes to rest', () => {
    const now = look();
    if (now !== last) [last, since] = [now, Date.now()];
    return Date.now() - since > 600 && { now };
  }).then(({ now }) => now);
}
