import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenTestDatabase } from '../../support/databases.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, platformFor, reaches, refusal, sendOne, toldTo } from '../platform.js';
import { accept, later } from '../scripted-operator.js';

export function lifecycleSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);
  const credits = async (account: string): Promise<number[]> => {
    const { available, held, captured } = await given().sms.accounts.balance(account);
    return [available, held, captured];
  };

  describe('a scheduled message', () => {
    it('leaves at its time and not before', async () => {
      const { sms, operator, clock } = given();
      const account = await openAccount(sms);
      const scheduledAt = clock.now() + 5_000;
      const id = await sendOne(sms, account, { scheduledAt: new Date(scheduledAt) });
      const message = await sms.messages.get(account, id);
      assert.deepEqual([message.state, message.scheduledAt], ['scheduled', scheduledAt]);
      assert.deepEqual(await credits(account), [999_000, 1_000, 0]);
      await sleep(600);
      assert.ok(!operator.has(id));
      clock.move(5_000);
      const submitted = await reaches(sms, account, id, 'submitted');
      assert.deepEqual(
        submitted.history.map(({ state }) => state),
        ['scheduled', 'submitted'],
      );
      assert.ok(submitted.submittedAt! >= scheduledAt);
      assert.deepEqual(await credits(account), [999_000, 0, 1_000]);
    });

    it('can be cancelled until then', async () => {
      const { sms, operator, clock } = given();
      const account = await openAccount(sms);
      const id = await sendOne(sms, account, { scheduledAt: clock.now() + 5_000 });
      const cancelled = await sms.messages.cancel(account, id);
      assert.deepEqual(
        [cancelled.state, cancelled.holdState, cancelled.errorCode],
        ['cancelled', 'released', 'cancelled'],
      );
      assert.deepEqual(await credits(account), [1_000_000, 0, 0]);
      assert.equal(await refusal(sms.messages.cancel(account, id)), 'conflict');
      clock.move(5_000);
      await sleep(400);
      assert.ok(!operator.has(id));
      const types = (await toldTo(given(), account)).map(({ type }) => type);
      assert.deepEqual(types, ['credits.added', 'message.accepted', 'message.cancelled']);
    });
  });

  describe('a message whose validity is over', () => {
    it('expires, is released, and does not leave', async () => {
      const database = await open();
      const { sms, operator, clock } = await openPlatform(database);
      const account = await openAccount(sms);
      const late = await sendOne(sms, account, { validityMs: 1_000 });
      const fresh = await sendOne(sms, account, { validityMs: 60_000 });
      clock.move(1_000);
      await sms.start();
      const expired = await reaches(sms, account, late, 'expired');
      assert.deepEqual([expired.holdState, expired.errorCode], ['released', 'expired']);
      await reaches(sms, account, fresh, 'submitted');
      assert.deepEqual([operator.has(late), operator.has(fresh)], [false, true]);
      assert.deepEqual((await sms.accounts.balance(account)).available, 999_000);
      await sms.stop();
    });
  });

  describe('cancelling', () => {
    it('is too late once the operator has the message', async () => {
      const { sms, operator } = given();
      const { answer, give } = later();
      operator.answer = () => answer;
      const account = await openAccount(sms);
      const id = await sendOne(sms, account);
      await eventually('it is submitted', () => operator.has(id));
      assert.equal(await refusal(sms.messages.cancel(account, id)), 'conflict');
      operator.answer = accept;
      give({ kind: 'accepted', upstreamIds: [`${id}/1`] });
      await reaches(sms, account, id, 'submitted');
      assert.equal(await refusal(sms.messages.cancel(account, id)), 'conflict');
      await operator.receipt(id, 'delivered');
      assert.equal(await refusal(sms.messages.cancel(account, id)), 'conflict');
    });

    it('and dispatching at once ends one way for each message', async () => {
      const { sms, operator } = given();
      const account = await openAccount(sms);
      const { accepted } = await sms.send(account, { to: Array.from({ length: 60 }, newNumber), message: 'x' });
      const cancels = await Promise.all(
        accepted.map(async ({ id }) => {
          const code = await sms.messages.cancel(account, id).then(
            () => 'cancelled',
            (error: unknown) => (error as { code: string }).code,
          );
          return { id, code };
        }),
      );
      for (const { id, code } of cancels) {
        if (code === 'cancelled') assert.ok(!operator.has(id));
        else await reaches(sms, account, id, 'submitted');
      }
      const cancelled = cancels.filter(({ code }) => code === 'cancelled').length;
      assert.ok(cancels.every(({ code }) => ['cancelled', 'conflict'].includes(code)));
      assert.deepEqual(await credits(account), [(1_000 - 60 + cancelled) * 1_000, 0, (60 - cancelled) * 1_000]);
    });
  });

  describe('resending', () => {
    it('sends a failed message as a new one that is charged anew', async () => {
      const { sms, operator } = given();
      const account = await openAccount(sms);
      const id = await sendOne(sms, account, { clientRef: 'order 7', lane: 'promotional' });
      await reaches(sms, account, id, 'submitted');
      assert.equal(await refusal(sms.messages.resend(account, id)), 'not_failed');
      await operator.receipt(id, 'undelivered');
      const failed = await reaches(sms, account, id, 'undelivered');
      const { message: again } = await sms.messages.resend(account, id);
      assert.equal(again.resendOf, id);
      assert.deepEqual(
        [again.recipient, again.text, again.sender, again.clientRef, again.lane],
        [failed.recipient, failed.text, failed.sender, 'order 7', 'promotional'],
      );
      await reaches(sms, account, again.id, 'submitted');
      assert.deepEqual(await credits(account), [998_000, 0, 2_000]);
      await operator.receipt(again.id, 'delivered');
      assert.equal(await refusal(sms.messages.resend(account, again.id)), 'not_failed');
      assert.equal((await sms.messages.get(account, id)).state, 'undelivered');
    });

    it('is not free', async () => {
      const { sms, operator } = given();
      const account = await openAccount(sms, { credits: 1_000 });
      const id = await sendOne(sms, account);
      await reaches(sms, account, id, 'submitted');
      await operator.receipt(id, 'undelivered');
      assert.equal(await refusal(sms.messages.resend(account, id)), 'insufficient_balance');
    });
  });

  describe('an operator that', () => {
    it('defers is asked again later, and later still', async () => {
      const { sms, operator, clock } = given();
      const account = await openAccount(sms);
      operator.answer = (message) => (message.attempt < 3 ? { kind: 'deferred' } : accept(message));
      const id = await sendOne(sms, account);
      const attempts = (): { attempt: number }[] => operator.submitted.filter((message) => message.id === id);
      await eventually('a first attempt', () => attempts().length === 1);
      await sleep(350);
      assert.equal(attempts().length, 1);
      assert.equal((await sms.messages.get(account, id)).state, 'queued');
      clock.move(1_000);
      await eventually('a second attempt', () => attempts().length === 2);
      clock.move(1_000 - 300);
      await sleep(250);
      assert.equal(attempts().length, 2);
      clock.move(1_300);
      await reaches(sms, account, id, 'submitted');
      assert.deepEqual(
        attempts().map(({ attempt }) => attempt),
        [1, 2, 3],
      );
      assert.deepEqual(await credits(account), [999_000, 0, 1_000]);
      operator.answer = accept;
    });

    it('defers for longer than a message is worth has it expired', async () => {
      const { sms, operator } = given();
      const account = await openAccount(sms);
      operator.answer = () => ({ kind: 'deferred', retryAfterMs: 60_000 });
      const id = await sendOne(sms, account, { validityMs: 30_000 });
      assert.equal((await reaches(sms, account, id, 'expired')).holdState, 'released');
      operator.answer = accept;
    });

    it('throws may have sent it: the hold is kept and it is not sent again', async () => {
      const { sms, operator } = given();
      const account = await openAccount(sms);
      operator.answer = () => {
        throw new Error('socket hang up');
      };
      const rejects = await sendOne(sms, account);
      const waiting = await reaches(sms, account, rejects, 'submitted');
      assert.deepEqual(
        [waiting.holdState, waiting.errorCode, waiting.errorDetail],
        ['held', 'upstream_unknown', 'socket hang up'],
      );
      operator.failing = () => {
        throw new Error('a mistake in the transport');
      };
      const throws = await sendOne(sms, account);
      await reaches(sms, account, throws, 'submitted');
      operator.failing = () => [];
      await reaches(sms, account, await sendOne(sms, account), 'submitted');
      operator.failing = undefined;
      operator.answer = accept;
      await reaches(sms, account, await sendOne(sms, account), 'submitted');
      for (const id of [rejects, throws]) {
        assert.equal(operator.submitted.filter((message) => message.id === id).length, 1);
      }
      assert.deepEqual(await credits(account), [996_000, 3_000, 1_000]);
    });
  });

  describe('a message without a receipt', () => {
    it('becomes unknown when its validity and the grace are over, and may still be delivered', async () => {
      const { sms, operator, clock } = await openPlatform(await open(), { receiptGraceMs: 1_000 });
      await sms.start();
      const account = await openAccount(sms);
      const captured = await sendOne(sms, account, { validityMs: 2_000 });
      await reaches(sms, account, captured, 'submitted');
      operator.answer = () => ({ kind: 'unknown', detail: '' });
      const held = await sendOne(sms, account, { validityMs: 2_000 });
      await reaches(sms, account, held, 'submitted');
      clock.move(4_000);
      assert.equal((await reaches(sms, account, captured, 'unknown')).holdState, 'captured');
      assert.equal((await reaches(sms, account, held, 'unknown')).holdState, 'released');
      await operator.receipt(captured, 'delivered');
      const late = await reaches(sms, account, captured, 'delivered');
      assert.deepEqual(
        late.history.map(({ state, source }) => [state, source]),
        [
          ['queued', 'api'],
          ['submitted', 'operator'],
          ['unknown', 'timeout'],
          ['delivered', 'receipt'],
        ],
      );
      assert.equal((await sms.accounts.balance(account)).captured, 1_000);
      await sms.stop();
    });
  });
}
