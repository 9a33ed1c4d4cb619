import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { MessageFilter, SmsError } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { newNumber, openAccount, openPlatform, platformFor, reaches, refusal, sendOne } from '../platform.js';

const nobody = '01890a5d-ac96-774b-bcce-b302099a8057';

export function acceptingSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);

  describe('a send', () => {
    it('stores what it answers', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const to = newNumber();
      const { accepted, rejected, replayed } = await sms.send(account, {
        to,
        message: 'Habari ţ 😀 \' " \\ $1 ?',
        clientRef: 'order ?7',
        lane: 'otp',
      });
      assert.deepEqual([rejected, replayed], [[], false]);
      const { index, ...answered } = accepted[0]!;
      const { history, holdState, route, ...stored } = await sms.messages.get(account, answered.id);
      assert.equal(index, 0);
      assert.equal(history[0]?.state, 'queued');
      assert.equal(route, 'operator');
      assert.ok(['held', 'captured'].includes(holdState));
      const onTheWay = { state: answered.state, submittedAt: answered.submittedAt };
      assert.deepEqual({ ...stored, ...onTheWay }, answered);
      assert.deepEqual(
        [stored.recipient, stored.clientRef, stored.lane, stored.encoding],
        [to, 'order ?7', 'otp', 'ucs2'],
      );
    });

    it('takes what it can of a batch and says why it refused the rest', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const good = [newNumber(), newNumber()];
      const { accepted, rejected } = await sms.messages.send(account, {
        items: [
          { to: 'mama', text: 'x' },
          { to: good[0]!, text: 'one', clientRef: 'a' },
          { to: newNumber(), text: '' },
          { to: good[1]!, text: 'two', clientRef: 'b' },
          { to: newNumber(), text: 'x'.repeat(2_000) },
        ],
      });
      assert.deepEqual(
        accepted.map(({ index, recipient, text, clientRef }) => [index, recipient, text, clientRef]),
        [
          [1, good[0], 'one', 'a'],
          [3, good[1], 'two', 'b'],
        ],
      );
      const codes = rejected.map(({ index, code }) => [index, code]);
      assert.deepEqual(codes, [
        [0, 'number_invalid'],
        [2, 'message_empty'],
        [4, 'message_too_long'],
      ]);
      assert.equal((await sms.accounts.balance(account)).available, 998_000);
    });

    it('stores and charges nothing when all of it is refused', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const { accepted, rejected } = await sms.send(account, { to: ['mama', 'baba'], message: 'x' });
      assert.deepEqual([accepted.length, rejected.length], [0, 2]);
      assert.equal(await refusal(sms.send(account, { to: 'mama', message: 'x' })), 'number_invalid');
      assert.equal(await refusal(sms.send(account, { to: [], message: 'x' })), 'invalid_request');
      assert.equal((await sms.accounts.balance(account)).available, 1_000_000);
      assert.equal((await sms.messages.list(account, {}, { limit: 1, offset: 0 })).total, 0);
    });

    it('takes a thousand at once, in order', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const to = Array.from({ length: 1_000 }, newNumber);
      const { accepted } = await sms.send(account, { to, message: 'x' });
      assert.deepEqual(
        accepted.map(({ recipient }) => recipient),
        to,
      );
      assert.equal(await refusal(sms.send(account, { to: [...to, newNumber()], message: 'x' })), 'too_many_recipients');
      assert.equal((await sms.accounts.balance(account)).available, 0);
    });

    it('is refused when too much is waiting already', async () => {
      const { sms } = await openPlatform(await open(), { limits: { maxWaiting: 5 } });
      const account = await openAccount(sms);
      await sendOne(sms, account);
      const sending: Promise<string>[] = [];
      for (let n = 0; n < 40; n++) {
        const sent = sendOne(sms, account);
        sending.push(sent.then(() => 'accepted').catch((error: unknown) => (error as SmsError).code));
        await turn();
      }
      const outcomes = await Promise.all(sending);
      const refused = outcomes.filter((outcome) => outcome === 'throttled');
      assert.ok(refused.length > 0 && refused.length < 40, `${refused.length} refused`);
      assert.ok(outcomes.every((outcome) => ['accepted', 'throttled'].includes(outcome)));
      const { total } = await sms.messages.list(account, {}, { limit: 1, offset: 0 });
      assert.equal(total, 41 - refused.length);
      await sms.stop();
    });

    it('previews what it would take', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const preview = await sms.messages.preview(account, `${'x'.repeat(160)}€`, newNumber());
      assert.deepEqual([preview.encoding, preview.segments], ['gsm7', 2]);
    });
  });

  describe('a list', () => {
    let account = '';
    const sent: { id: string; to: string }[] = [];
    before(async () => {
      const { sms, clock } = given();
      account = await openAccount(sms);
      await sms.accounts.approveSender(account, 'OTHER');
      for (let n = 0; n < 7; n++) {
        const to = newNumber();
        const senderId = n < 2 ? 'OTHER' : 'DUKA';
        sent.push({ id: await sendOne(sms, account, { to, senderId, clientRef: `ref ${n % 3}` }), to });
        clock.move(10);
      }
      for (const { id } of sent) await reaches(sms, account, id, 'submitted');
    });
    const listed = async (
      filter: MessageFilter,
      page = { limit: 100, offset: 0 },
    ): Promise<{ ids: string[]; total: number }> => {
      const { messages, total } = await given().sms.messages.list(account, filter, page);
      return { ids: messages.map(({ id }) => id), total };
    };
    const newestFirst = (...numbers: number[]): { ids: string[]; total: number } => ({
      ids: numbers.sort((a, b) => b - a).map((n) => sent[n]!.id),
      total: numbers.length,
    });

    it('is newest first, page by page', async () => {
      assert.deepEqual(await listed({}), newestFirst(0, 1, 2, 3, 4, 5, 6));
      const pages = await Promise.all([0, 3, 6, 9].map((offset) => listed({}, { limit: 3, offset })));
      assert.deepEqual(
        pages.flatMap(({ ids }) => ids),
        newestFirst(0, 1, 2, 3, 4, 5, 6).ids,
      );
      assert.deepEqual(
        pages.map(({ ids, total }) => [ids.length, total]),
        [
          [3, 7],
          [3, 7],
          [1, 7],
          [0, 7],
        ],
      );
    });

    it('is filtered by each field, and by several', async () => {
      const { sms } = given();
      const createdAt = await Promise.all(sent.map(async ({ id }) => (await sms.messages.get(account, id)).createdAt));
      assert.deepEqual(await listed({ recipient: sent[3]!.to }), newestFirst(3));
      assert.deepEqual(await listed({ clientRef: 'ref 0' }), newestFirst(0, 3, 6));
      assert.deepEqual(await listed({ sender: 'OTHER' }), newestFirst(0, 1));
      assert.deepEqual(await listed({ sender: 'OTHER', clientRef: 'ref 0' }), newestFirst(0));
      assert.deepEqual(await listed({ createdAfter: createdAt[5]! }), newestFirst(5, 6));
      assert.deepEqual(await listed({ createdAfter: createdAt[2]!, createdBefore: createdAt[4]! }), newestFirst(2, 3));
      assert.deepEqual(await listed({ states: ['submitted', 'delivered'] }), newestFirst(0, 1, 2, 3, 4, 5, 6));
      assert.deepEqual(await listed({ states: ['delivered'] }), newestFirst());
      assert.deepEqual(await listed({ states: [] }), newestFirst());
      assert.deepEqual(await listed({ recipient: "x' OR '1'='1" }), newestFirst());
    });

    it('and each message is its account’s own', async () => {
      const { sms } = given();
      const stranger = await openAccount(sms);
      assert.deepEqual(await sms.messages.list(stranger, {}, { limit: 10, offset: 0 }), { messages: [], total: 0 });
      for (const id of [sent[0]!.id, nobody, 'nonsense']) {
        assert.equal(await refusal(sms.messages.get(stranger, id)), 'not_found');
        assert.equal(await refusal(sms.messages.cancel(stranger, id)), 'not_found');
        assert.equal(await refusal(sms.messages.resend(stranger, id)), 'not_found');
      }
    });
  });
}
