import assert from 'node:assert/strict';
import type { Idempotency, SendCommand, SendResult } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { newNumber, openAccount, openPlatform, platformFor, reaches, refusal, sendOne } from '../platform.js';

export function idempotencySuite(open: OpenTestDatabase): void {
  const given = platformFor(open);
  const request = (changes = {}): Parameters<ReturnType<typeof given>['sms']['send']>[1] => ({
    to: [newNumber(), newNumber()],
    message: 'Habari',
    idempotencyKey: 'order 7',
    ...changes,
  });
  const total = async (account: string): Promise<number> =>
    (await given().sms.messages.list(account, {}, { limit: 1, offset: 0 })).total;

  describe('a key', () => {
    it('gives the first answer again and sends nothing', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const order = request({ to: [newNumber(), 'mama'] });
      const first = await sms.send(account, order);
      const again = await sms.send(account, order);
      assert.deepEqual([first.replayed, again.replayed], [false, true]);
      assert.deepEqual(again, { ...first, replayed: true });
      assert.equal(again.rejected.length, 1);
      assert.equal(await total(account), 1);
      assert.equal((await sms.accounts.balance(account)).available, 999_000);
    });

    it('refuses another request', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const order = request();
      await sms.send(account, order);
      assert.equal(await refusal(sms.send(account, { ...order, message: 'Kwaheri' })), 'idempotency_mismatch');
      assert.equal(await total(account), 2);
    });

    it('is free again after a day, before anybody has tidied up', async () => {
      const database = await open();
      const { sms, clock } = await openPlatform(database);
      try {
        const account = await openAccount(sms);
        const order = request();
        const first = await sms.send(account, order);
        clock.move(86_400_001);
        const second = await sms.send(account, order);
        assert.equal(second.replayed, false);
        assert.notEqual(second.accepted[0]?.id, first.accepted[0]?.id);
        assert.equal((await sms.send(account, order)).replayed, true);
      } finally {
        await sms.stop();
        await database.dispose();
      }
    });

    it('is an account’s own', async () => {
      const { sms } = given();
      const [one, other] = [await openAccount(sms), await openAccount(sms)];
      assert.equal((await sms.send(one, request())).replayed, false);
      assert.equal((await sms.send(other, request())).replayed, false);
    });

    it('still answers when the wallet is empty', async () => {
      const { sms } = given();
      const account = await openAccount(sms, { credits: 2_000 });
      const order = request();
      const first = await sms.send(account, order);
      assert.equal(await refusal(sendOne(sms, account)), 'insufficient_balance');
      assert.deepEqual(await sms.send(account, order), { ...first, replayed: true });
      assert.equal(await refusal(sms.send(account, { ...order, message: 'x' })), 'idempotency_mismatch');
    });

    it('of a request that failed may be used again', async () => {
      const { sms } = given();
      const account = await openAccount(sms, { credits: 0 });
      const order = request();
      assert.equal(await refusal(sms.send(account, order)), 'insufficient_balance');
      await sms.accounts.topUp(account, 5_000);
      assert.equal((await sms.send(account, order)).accepted.length, 2);
    });

    it('is refused when it is none', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      for (const idempotencyKey of ['', 'é', 'x'.repeat(256)]) {
        assert.equal(await refusal(sms.send(account, request({ idempotencyKey }))), 'invalid_request');
      }
    });

    it('gives the answer of a resend again, too', async () => {
      const { sms, operator } = given();
      const account = await openAccount(sms);
      const id = await sendOne(sms, account);
      await reaches(sms, account, id, 'submitted');
      await operator.receipt(id, 'undelivered');
      await reaches(sms, account, id, 'undelivered');
      const idempotency = { key: 'again', fingerprint: 'f' };
      const first = await sms.messages.resend(account, id, { idempotency });
      assert.deepEqual(await sms.messages.resend(account, id, { idempotency }), { ...first, replayed: true });
      assert.equal(await total(account), 2);
    });
  });

  describe('requests with one key at once', () => {
    const command = (): SendCommand => ({ items: [{ to: newNumber(), text: 'x' }] });
    const key = (whileRunning: Idempotency['whileRunning']): { idempotency: Idempotency } => ({
      idempotency: { key: 'k', fingerprint: 'f', whileRunning },
    });

    it('are refused but the first, where they refuse', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      await sms.messages.preview(account, 'x');
      const sent = command();
      const all = await Promise.allSettled(
        Array.from({ length: 10 }, () => sms.messages.send(account, sent, key('refuse'))),
      );
      const accepted = all.filter(({ status }) => status === 'fulfilled');
      assert.equal(accepted.length, 1);
      for (const one of all) {
        if (one.status === 'rejected') assert.equal((one.reason as { code: string }).code, 'idempotency_in_progress');
      }
      assert.equal(await total(account), 1);
      assert.ok((await sms.messages.send(account, sent, key('refuse'))).replayed);
    });

    it('are given the first one’s answer, where they wait', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      await sms.messages.preview(account, 'x');
      const sent = command();
      const all = await Promise.all(Array.from({ length: 10 }, () => sms.messages.send(account, sent, key('wait'))));
      assert.equal(new Set(all.map(({ accepted }) => accepted[0]?.id)).size, 1);
      assert.equal(all.filter(({ replayed }) => !replayed).length, 1);
      assert.equal(await total(account), 1);
    });

    it('send once from two processes', async () => {
      const { sms, database } = given();
      const account = await openAccount(sms);
      const other = await openPlatform(database);
      const sent = command();
      const settled = await Promise.allSettled(
        Array.from({ length: 10 }, (_, n) => (n % 2 ? sms : other.sms).messages.send(account, sent, key('wait'))),
      );
      const answers = settled.filter((one): one is PromiseFulfilledResult<SendResult> => one.status === 'fulfilled');
      assert.equal(new Set(answers.map(({ value }) => value.accepted[0]?.id)).size, 1);
      assert.equal(answers.length, 10);
      assert.equal(await total(account), 1);
      await other.sms.stop();
    });
  });

  describe('onlyOnce', () => {
    const idempotency = { key: 'create', fingerprint: 'f' };

    it('does the work once and keeps its answer sealed', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      let done = 0;
      const work = (): Promise<{ secret: string }> => Promise.resolve({ secret: `s${++done}` });
      assert.deepEqual(await sms.onlyOnce(account, idempotency, work), { answer: { secret: 's1' }, replayed: false });
      assert.deepEqual(await sms.onlyOnce(account, idempotency, work), { answer: { secret: 's1' }, replayed: true });
      const other = { ...idempotency, fingerprint: 'g' };
      assert.equal(await refusal(sms.onlyOnce(account, other, work)), 'idempotency_mismatch');
      assert.equal(done, 1);
    });

    it('refuses while it runs, and lets what failed be tried again', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const { begun, work, fail } = endless();
      const failed = assert.rejects(sms.onlyOnce(account, idempotency, work), /it broke/);
      await begun;
      assert.equal(await refusal(sms.onlyOnce(account, idempotency, work)), 'idempotency_in_progress');
      fail(new Error('it broke'));
      await failed;
      const again = await sms.onlyOnce(account, idempotency, () => Promise.resolve(2));
      assert.deepEqual(again, { answer: 2, replayed: false });
    });

    it('takes over from a process that died in the middle', async () => {
      const { sms, clock, database } = given();
      const account = await openAccount(sms);
      const died = await openPlatform(database);
      const { begun, work } = endless();
      void died.sms.onlyOnce(account, idempotency, work);
      await begun;
      await died.sms.stop();
      assert.equal(await refusal(sms.onlyOnce(account, idempotency, work)), 'idempotency_in_progress');
      clock.move(61_000);
      assert.equal((await sms.onlyOnce(account, idempotency, () => Promise.resolve(3))).answer, 3);
    });
  });
}

/** Work that ends when the test says so. */
function endless(): { begun: Promise<void>; work: () => Promise<never>; fail: (error: Error) => void } {
  let begin: () => void = () => {};
  let fail: (error: Error) => void = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const work = (): Promise<never> => {
    begin();
    return new Promise((_, reject) => (fail = reject));
  };
  return { begun, work, fail: (error) => fail(error) };
}
