import assert from 'node:assert/strict';
import type { Lane, Sms } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, sendOne, type Platform } from '../platform.js';
import { accept, later, ScriptedOperator } from '../scripted-operator.js';
import { hostKnex } from '../stored-rows.js';

/** Slow enough that a queue builds up, quick enough that a test sees it move. */
const segmentsPerSecond = 200;
/** What may leave between an arrival and the next look at the queue: the pace's burst, twice. */
const nextFew = 40;

export function lanesSuite(open: OpenTestDatabase): void {
  /** A started platform whose slow operator has a flood of one account before it. */
  async function flooded(lane: Lane, count: number): Promise<Platform & { flooding: string }> {
    const operator = new ScriptedOperator({ segmentsPerSecond });
    const platform = await openPlatform(await open(), { operator });
    const { sms } = platform;
    const flooding = await openAccount(sms, { credits: 10_000_000 });
    for (let sent = 0; sent < count; sent += 1_000) await flood(sms, flooding, lane, Math.min(1_000, count - sent));
    await sms.start();
    await eventually('the flood is on its way', () => operator.submitted.length > 20);
    return { ...platform, flooding };
  }

  const flood = (sms: Sms, account: string, lane: Lane, count: number): Promise<unknown> =>
    sms.send(account, { to: Array.from({ length: count }, newNumber), message: 'x', lane });

  /** How many left between a message's acceptance and its own leaving. */
  async function overtakenBy({ sms, operator }: Platform, lane: Lane): Promise<number> {
    const account = await openAccount(sms);
    const id = await sendOne(sms, account, { lane });
    const before = operator.submitted.length;
    await eventually('it leaves', () => operator.has(id));
    return operator.submitted.findIndex((message) => message.id === id) - before;
  }

  it('a promotional flood of thousands does not delay another account’s OTP', async () => {
    const platform = await flooded('promotional', 2_000);
    for (let n = 0; n < 3; n++) assert.ok((await overtakenBy(platform, 'otp')) <= nextFew);
    assert.ok(platform.operator.submitted.length < 1_000, 'the flood was over too soon to prove anything');
    await platform.sms.stop({ deadlineMs: 1_000 });
  });

  it('nor does a flood in the same lane delay another account', async () => {
    const platform = await flooded('transactional', 2_000);
    for (let n = 0; n < 3; n++) assert.ok((await overtakenBy(platform, 'transactional')) <= nextFew);
    assert.ok(platform.operator.submitted.length < 1_000);
    await platform.sms.stop({ deadlineMs: 1_000 });
  });

  for (const [flooding, urgent] of [
    ['promotional', 'transactional'],
    ['transactional', 'otp'],
  ] as const) {
    it(`an operator that answers nothing of a ${flooding} flood is still handed what is ${urgent}`, async () => {
      const silent = later();
      const operator = new ScriptedOperator({
        answer: (message) => (message.text === 'x' ? silent.answer : accept(message)),
      });
      const { sms } = await openPlatform(await open(), { operator });
      const account = await openAccount(sms, { credits: 10_000_000 });
      for (let sent = 0; sent < 3_000; sent += 1_000) await flood(sms, account, flooding, 1_000);
      await sms.start();
      await eventually('as much of the flood is in flight as may be', () => operator.submitted.length >= 1_000);
      const id = await sendOne(sms, await openAccount(sms), { lane: urgent });
      await eventually('it leaves', () => operator.has(id));
      assert.ok(operator.submitted.length < 2_001, 'not everything may be in flight');
      silent.give({ kind: 'rejected', code: 'upstream_rejected', detail: 'no' });
      await eventually('the rest leaves', () => operator.submitted.length >= 3_001);
      await sms.stop({ deadlineMs: 1_000 });
    });
  }

  it('an OTP is claimed by the commit that accepts it, and nothing else is', async () => {
    const database = await open();
    const knex = hostKnex(database.name, database.options);
    const queued: string[] = [];
    knex.on('query', ({ sql, bindings }: { sql: string; bindings: unknown }) => {
      if (sql.includes('INSERT INTO sms_jobs')) queued.push(JSON.stringify(bindings));
    });
    const { sms, operator } = await openPlatform({ ...database, options: { knex } });
    const account = await openAccount(sms);
    await sms.start();
    const sent: string[] = [];
    for (const lane of ['transactional', 'otp', 'promotional'] as const) {
      sent.push(await sendOne(sms, account, { lane }));
      await eventually('it leaves', () => operator.has(sent.at(-1) ?? ''));
    }
    const { id: worker } = await knex('sms_workers').first<{ id: string }>('id');
    assert.deepEqual(
      queued.map((bindings) => bindings.includes(worker)),
      [false, true, false],
    );
    await eventually('all outcomes are written', async () => (await sms.health.counts()).claimed === 0);
    assert.deepEqual(
      operator.submitted.map(({ id }) => id),
      sent,
    );
    await sms.stop({ deadlineMs: 1_000 });
    await knex.destroy();
  });

  it('OTPs leave in their order and at the operator’s pace, whether they have stood in line or not', async () => {
    const operator = new ScriptedOperator({ segmentsPerSecond: 50 });
    const { sms } = await openPlatform(await open(), { operator });
    const account = await openAccount(sms);
    await sms.start();
    const startedAt = Date.now();
    const sent: string[] = [];
    for (let n = 0; n < 60; n++) sent.push(await sendOne(sms, account, { lane: 'otp' }));
    await eventually('all have left', () => operator.submitted.length >= sent.length);
    assert.ok(Date.now() - startedAt > 900, '60 at 50/s with a burst of 5 take more than a second');
    assert.deepEqual(
      operator.submitted.map(({ id }) => id),
      sent,
    );
    await sms.stop({ deadlineMs: 1_000 });
  });

  it('an OTP that is refused takes nothing of the pace and nothing of the room', async () => {
    const operator = new ScriptedOperator({ segmentsPerSecond: 10 });
    const { sms } = await openPlatform(await open(), { operator });
    const [poor, rich] = [await openAccount(sms, { credits: 0 }), await openAccount(sms)];
    await sms.start();
    const first = await sendOne(sms, rich, { lane: 'otp' });
    await eventually('the first leaves', () => operator.has(first));
    for (let n = 0; n < 30; n++) {
      await assert.rejects(sendOne(sms, poor, { lane: 'otp' }), { code: 'insufficient_balance' });
    }
    const next = await sendOne(sms, rich, { lane: 'otp' });
    await eventually('the next leaves', () => operator.has(next));
    await eventually('nothing is in flight', async () => (await sms.health.counts()).inFlight === 0);
    await sms.stop({ deadlineMs: 1_000 });
  });

  it('a promotional message gets through a flood of OTPs', async () => {
    const platform = await flooded('otp', 1_000);
    await overtakenBy(platform, 'promotional');
    assert.ok(platform.operator.submitted.length < 900, 'the flood was over before');
    await platform.sms.stop({ deadlineMs: 1_000 });
  });

  it('a lane comes before the next, which gets a small share meanwhile', async () => {
    const operator = new ScriptedOperator({ segmentsPerSecond });
    const { sms } = await openPlatform(await open(), { operator });
    const urgent = await openAccount(sms);
    await flood(sms, await openAccount(sms), 'promotional', 300);
    await flood(sms, await openAccount(sms), 'transactional', 300);
    const otps = await sms.send(urgent, { to: Array.from({ length: 300 }, newNumber), message: 'x', lane: 'otp' });
    await sms.start();
    await eventually('two hundred have left', () => operator.submitted.length >= 200);
    const own = new Set(otps.accepted.map(({ id }) => id));
    const share = operator.submitted.slice(0, 200).filter(({ id }) => own.has(id)).length;
    assert.ok(share >= 150 && share < 200, `${share} of 200 were the urgent ones`);
    await sms.stop({ deadlineMs: 1_000 });
  });

  it('two accounts that flood one lane take turns', async () => {
    const operator = new ScriptedOperator({ segmentsPerSecond });
    const { sms } = await openPlatform(await open(), { operator });
    const [one, other] = [await openAccount(sms), await openAccount(sms)];
    const ofOne = await sms.send(one, { to: Array.from({ length: 500 }, newNumber), message: 'x' });
    await flood(sms, other, 'transactional', 500);
    await sms.start();
    await eventually('a hundred have left', () => operator.submitted.length >= 100);
    const own = new Set(ofOne.accepted.map(({ id }) => id));
    const share = operator.submitted.slice(0, 100).filter(({ id }) => own.has(id)).length;
    assert.ok(share >= 40 && share <= 60, `${share} of 100`);
    await sms.stop({ deadlineMs: 1_000 });
  });

  it('the operator’s pace is kept, in segments', async () => {
    const operator = new ScriptedOperator({ segmentsPerSecond: 100 });
    const { sms } = await openPlatform(await open(), { operator });
    const account = await openAccount(sms);
    await sms.send(account, { to: Array.from({ length: 200 }, newNumber), message: 'x'.repeat(400) });
    await sms.start();
    await eventually('the first leaves', () => operator.submitted.length > 0);
    const startedAt = Date.now();
    const before = segmentsOf(operator);
    await eventually('two seconds have passed', () => Date.now() - startedAt >= 2_000);
    const sent = segmentsOf(operator) - before;
    assert.ok(sent >= 120 && sent <= 260, `${sent} segments in two seconds at 100/s`);
    await sms.stop({ deadlineMs: 1_000 });
  });

  const segmentsOf = ({ submitted }: ScriptedOperator): number =>
    submitted.reduce((sum, { segments }) => sum + segments, 0);

  it('what did not leave before the end leaves after the restart, once', async () => {
    const operator = new ScriptedOperator({ segmentsPerSecond });
    const database = await open();
    const first = await openPlatform(database, { operator });
    const account = await openAccount(first.sms);
    await flood(first.sms, account, 'transactional', 150);
    await first.sms.start();
    await eventually('some have left', () => operator.submitted.length > 10);
    await first.sms.stop();
    assert.ok(operator.submitted.length < 150);
    const second = await openPlatform(database, { operator });
    await second.sms.start();
    await eventually('all have left', () => operator.submitted.length >= 150);
    await second.sms.stop();
    assert.equal(new Set(operator.submitted.map(({ id }) => id)).size, 150);
    assert.equal(operator.submitted.length, 150);
  });
}
