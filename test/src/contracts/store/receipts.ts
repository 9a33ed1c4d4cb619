import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageEventData, MessageState, ReceiptReport, ReceiptState } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { eventually } from '../eventually.js';
import { openAccount, openPlatform, platformFor, reaches, sendOne, toldTo } from '../platform.js';
import { accept, later, ScriptedOperator } from '../scripted-operator.js';
import { storedRows } from '../stored-rows.js';

export function receiptsSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);
  const receipt = (upstreamId: string, state: ReceiptState, changes: Partial<ReceiptReport> = {}): ReceiptReport => ({
    kind: 'receipt',
    upstreamId,
    state,
    at: Date.now(),
    raw: `id:${upstreamId}`,
    ...changes,
  });

  /** A message of so many segments that the operator has taken. */
  async function submitted(segments = 1): Promise<{ account: string; id: string }> {
    const { sms } = given();
    const account = await openAccount(sms);
    const id = await sendOne(sms, account, { message: segments === 1 ? 'x' : 'x'.repeat(153 * segments) });
    await reaches(sms, account, id, 'submitted');
    return { account, id };
  }

  const ends: [ReceiptState, MessageState, code: string | null, detail: string | null][] = [
    ['delivered', 'delivered', null, null],
    ['undelivered', 'undelivered', 'absent_subscriber', 'operator error 004'],
    ['expired', 'expired', 'expired', 'operator error 004'],
    ['rejected', 'rejected', 'upstream_rejected', 'operator error 004'],
    ['cancelled', 'cancelled', 'cancelled', 'operator error 004'],
    ['enroute', 'enroute', null, null],
    ['unknown', 'enroute', null, null],
  ];
  for (const [state, becomes, code, detail] of ends) {
    it(`a receipt that says ${state} makes a message ${becomes}`, async () => {
      const { sms, operator } = given();
      const { account, id } = await submitted();
      await operator.receipt(id, state, { errorCode: '004' });
      const message = await sms.messages.get(account, id);
      assert.deepEqual([message.state, message.errorCode, message.errorDetail], [becomes, code, detail]);
      assert.equal(message.upstreamError, code && '004');
      assert.equal(message.finalAt !== null, becomes !== 'enroute');
      assert.deepEqual(message.history.at(-1)?.source, 'receipt');
    });
  }

  it('the end of a long message waits for every segment, and tells what failed', async () => {
    const { sms, operator } = given();
    const { account, id } = await submitted(3);
    await operator.receipt(id, 'undelivered', { segment: 2, errorCode: '032' });
    await operator.receipt(id, 'delivered', { segment: 3 });
    assert.equal((await sms.messages.get(account, id)).state, 'submitted');
    await operator.receipt(id, 'delivered', { segment: 1 });
    const message = await sms.messages.get(account, id);
    assert.deepEqual(
      [message.state, message.errorCode, message.errorDetail],
      ['undelivered', 'absent_subscriber', 'operator error 032'],
    );
    const told = (await toldTo(given(), account)).find(({ type }) => type === 'message.failed')?.data;
    assert.equal((told as MessageEventData).upstreamError, '032');
  });

  it('a long message is delivered once all segments are, all told at once or twice', async () => {
    const { sms, operator } = given();
    const { account, id } = await submitted(3);
    const all = [1, 2, 3, 2, 1].map((segment) => receipt(`${id}/${segment}`, 'delivered'));
    await operator.report(...all);
    await operator.report(...all);
    assert.equal((await sms.messages.get(account, id)).state, 'delivered');
    const events = await toldTo(given(), account);
    assert.equal(events.filter(({ type }) => type === 'message.delivered').length, 1);
    assert.equal((await storedRows(given().database, 'sms_disputes')).filter((row) => row.message_id === id).length, 0);
  });

  it('one receipt is enough where the operator sends one a message', async () => {
    const operator = new ScriptedOperator({ receiptsPerMessage: 'one' });
    const { sms } = await openPlatform(await open(), { operator });
    await sms.start();
    const account = await openAccount(sms);
    const id = await sendOne(sms, account, { message: 'x'.repeat(400) });
    await reaches(sms, account, id, 'submitted');
    await operator.receipt(id, 'delivered', { segment: 1 });
    assert.equal((await sms.messages.get(account, id)).state, 'delivered');
    await sms.stop();
  });

  it('a receipt that contradicts an end is kept as a dispute and changes nothing', async () => {
    const { sms, operator, database } = given();
    const { account, id } = await submitted();
    await operator.receipt(id, 'delivered');
    const before = await sms.messages.get(account, id);
    const balance = await sms.accounts.balance(account);
    await operator.receipt(id, 'undelivered');
    await operator.receipt(id, 'enroute');
    assert.deepEqual(await sms.messages.get(account, id), before);
    assert.deepEqual(await sms.accounts.balance(account), balance);
    const disputes = (await storedRows(database, 'sms_disputes')).filter((row) => row.message_id === id);
    assert.deepEqual(
      disputes.map(({ state, reported, report, account_id: of }) => [state, reported, report, of]),
      [['delivered', 'undelivered', `id:${id}/1 stat:undelivered`, account]],
    );
    assert.equal((await toldTo(given(), account)).length, 4);
  });

  const spellings: [submit: string, receipt: string][] = [
    ['00B8BE19', 'b8be19'],
    ['B8BE2A', '12107306'],
    ['12107400', 'b8be88'],
    ['0000777001', '777001'],
    ['MSG-9a', 'msg-9A'],
  ];
  for (const [submit, spelled] of spellings) {
    it(`an operator that says ${submit} and then ${spelled} means one message`, async () => {
      const { sms, operator } = given();
      operator.answer = () => ({ kind: 'accepted', upstreamIds: [submit] });
      const { account, id } = await submitted();
      operator.answer = accept;
      await operator.report(receipt(spelled, 'delivered'));
      assert.equal((await sms.messages.get(account, id)).state, 'delivered');
    });
  }

  it('an id that is used twice is the newer message’s', async () => {
    const { sms, operator } = given();
    operator.answer = () => ({ kind: 'accepted', upstreamIds: ['reused-1'] });
    const [older, newer] = [await submitted(), await submitted()];
    operator.answer = accept;
    await operator.report(receipt('reused-1', 'delivered'));
    assert.equal((await sms.messages.get(older.account, older.id)).state, 'submitted');
    assert.equal((await sms.messages.get(newer.account, newer.id)).state, 'delivered');
  });

  it('a receipt before the answer to the submit waits for it', async () => {
    const { sms, operator } = given();
    const { answer, give } = later();
    operator.answer = () => answer;
    const account = await openAccount(sms);
    const id = await sendOne(sms, account, { message: 'x'.repeat(161) });
    await eventually('it is submitted', () => operator.has(id));
    operator.answer = accept;
    await operator.receipt(id, 'delivered', { segment: 1 });
    await operator.receipt(id, 'delivered', { segment: 2 });
    assert.ok((await sms.health.counts()).orphans >= 2);
    give({ kind: 'accepted', upstreamIds: [`${id}/1`, `${id}/2`] });
    await reaches(sms, account, id, 'delivered');
    await eventually('the box is empty', async () => (await sms.health.counts()).orphans === 0);
  });

  it('a receipt that matches nothing is kept, whatever it holds', async () => {
    const { sms, operator, database } = given();
    const upstreamId = `stray-${randomUUID()}`;
    const before = (await sms.health.counts()).orphans;
    await operator.report(
      receipt(upstreamId, 'delivered'),
      receipt('nul \0 and half \ud83d', 'expired', { raw: 'x'.repeat(5_000) }),
    );
    assert.equal((await sms.health.counts()).orphans, before + 2);
    const rows = await storedRows(database, 'sms_orphan_reports');
    const kept = rows.find(({ upstream_key: key }) => key === upstreamId);
    assert.equal((JSON.parse(String(kept?.report)) as ReceiptReport).state, 'delivered');
  });

  it('an orphan of a former process is matched after the restart', async () => {
    const database = await open();
    const { answer } = later();
    const operator = new ScriptedOperator({ answer: () => answer, recognisesRepeats: true });
    const first = await openPlatform(database, { operator });
    await first.sms.start();
    const account = await openAccount(first.sms);
    const id = await sendOne(first.sms, account);
    await eventually('it is submitted', () => operator.has(id));
    await operator.receipt(id, 'delivered');
    await first.sms.stop({ deadlineMs: 100 });
    const again = new ScriptedOperator();
    const second = await openPlatform(database, { operator: again });
    await second.sms.start();
    await reaches(second.sms, account, id, 'delivered');
    assert.equal(again.submitted.length, 1);
    await second.sms.stop();
  });

  it('receipts of one transport are nothing to another', async () => {
    const [one, two] = [new ScriptedOperator({ name: 'one' }), new ScriptedOperator({ name: 'two' })];
    const { sms } = await openPlatform(await open(), {
      transports: [one, two],
      routes: [
        { prefix: '255', transport: 'one' },
        { prefix: '254', transport: 'two' },
      ],
    });
    await sms.start();
    const account = await openAccount(sms);
    const id = await sendOne(sms, account);
    const kenyan = await sendOne(sms, account, { to: '+254712345678' });
    await reaches(sms, account, id, 'submitted');
    await reaches(sms, account, kenyan, 'submitted');
    assert.deepEqual([one.has(id), two.has(id), two.has(kenyan)], [true, false, true]);
    await two.receipt(id, 'delivered');
    await sleep(50);
    assert.equal((await sms.messages.get(account, id)).state, 'submitted');
    await one.receipt(id, 'delivered');
    assert.equal((await sms.messages.get(account, id)).state, 'delivered');
    await sms.stop();
  });

  it('hundreds of receipts at once, repeats and contradictions among them, are each settled', async () => {
    const { sms, operator } = given();
    const account = await openAccount(sms);
    const sends = await Promise.all(
      Array.from({ length: 100 }, () => sendOne(sms, account, { message: 'x'.repeat(200) })),
    );
    for (const id of sends) await reaches(sms, account, id, 'submitted');
    const reports = sends.flatMap((id, n) => [
      receipt(`${id}/1`, 'delivered'),
      receipt(`${id}/2`, n % 4 === 0 ? 'expired' : 'delivered'),
      receipt(`${id}/1`, n % 10 === 0 ? 'undelivered' : 'delivered'),
    ]);
    await Promise.all(reports.map((one) => operator.report(one)));
    const { messages } = await sms.messages.list(account, {}, { limit: 100, offset: 0 });
    const states = sends.map((id) => messages.find((message) => message.id === id)?.state);
    assert.deepEqual(
      states,
      sends.map((_, n) => (n % 4 === 0 ? 'expired' : 'delivered')),
    );
  });
}
