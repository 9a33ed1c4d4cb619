import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Balance, NewAccount, Sms, SmsError, SubmitOutcome } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, platformFor, reaches, refusal, sendOne, toldTo } from '../platform.js';
import { accept, ScriptedOperator, later } from '../scripted-operator.js';

const credit = 1_000;

/** An account with ten credits. */
const tenCredits = (sms: Sms, changes: Partial<NewAccount> = {}): Promise<string> =>
  openAccount(sms, { credits: 10 * credit, ...changes });

const balance = (available: number, held: number, captured: number, funded = -10): Balance => ({
  available: available * credit,
  held: held * credit,
  captured: captured * credit,
  funded: funded * credit,
});

export function moneySuite(open: OpenTestDatabase): void {
  describe('top-ups', () => {
    const given = platformFor(open);

    it('add credits and say so', async () => {
      const { sms } = given();
      const account = await tenCredits(sms);
      const reference = randomUUID();
      assert.deepEqual(await sms.accounts.topUp(account, 5 * credit, reference), balance(15, 0, 0, -15));
      const events = await toldTo(given(), account);
      assert.deepEqual(
        events.map(({ type, data }) => [type, data]),
        [
          ['credits.added', { amount: 10 * credit }],
          ['credits.added', { amount: 5 * credit }],
        ],
      );
      assert.equal(events[1]?.subjectId, reference);
    });

    it('are paid once for a reference, however often it is told', async () => {
      const { sms, database } = given();
      const account = await tenCredits(sms);
      const reference = randomUUID();
      await sms.accounts.topUp(account, 5 * credit, reference);
      assert.deepEqual(await sms.accounts.topUp(account, 5 * credit, reference), balance(15, 0, 0, -15));
      const contested = randomUUID();
      const other = await openPlatform(database);
      const both = [sms, other.sms];
      await Promise.all(Array.from({ length: 20 }, (_, n) => both[n % 2]!.accounts.topUp(account, credit, contested)));
      assert.deepEqual(await sms.accounts.balance(account), balance(16, 0, 0, -16));
      assert.equal((await toldTo(given(), account)).length, 3);
      await other.sms.stop();
    });

    it('add up when many come at once', async () => {
      const { sms } = given();
      const account = await tenCredits(sms);
      await Promise.all(Array.from({ length: 30 }, () => sms.accounts.topUp(account, credit)));
      assert.deepEqual(await sms.accounts.balance(account), balance(40, 0, 0, -40));
    });

    it('are refused under the reference of another customer’s payment', async () => {
      const { sms } = given();
      const [one, other] = [await openAccount(sms), await openAccount(sms)];
      const reference = randomUUID();
      await sms.accounts.topUp(one, 5_000, reference);
      assert.equal(await refusal(sms.accounts.topUp(other, 5_000, reference)), 'conflict');
    });

    it('hold no more than so many messages that wait to be written', async () => {
      const database = await open();
      const { sms } = await openPlatform(database, { limits: { maxWaiting: 5 } });
      try {
        const account = await openAccount(sms);
        await sendOne(sms, account);
        const sent = await Promise.allSettled(Array.from({ length: 40 }, () => sendOne(sms, account)));
        const refused = sent.filter(({ status }) => status === 'rejected').length;
        assert.ok(refused >= 30, `${refused} of 40 were refused`);
        const { total } = await sms.messages.list(account, {}, { limit: 1, offset: 0 });
        assert.equal(total, 1 + 40 - refused);
      } finally {
        await sms.stop();
        await database.dispose();
      }
    });

    it('are refused when they are no sum, or their reference no UUID', async () => {
      const { sms } = given();
      const account = await tenCredits(sms);
      for (const sum of [0, -1, 0.5, NaN, Infinity, 2 ** 53, 1_000_000_000_001]) {
        assert.equal(await refusal(sms.accounts.topUp(account, sum)), 'invalid_request', String(sum));
      }
      assert.equal(await refusal(sms.accounts.topUp(account, credit, 'order 7')), 'invalid_request');
      assert.deepEqual(await sms.accounts.balance(account), balance(10, 0, 0));
    });
  });

  describe('a message’s money', () => {
    const given = platformFor(open);

    /** Sends two segments and holds the operator's answer back. */
    async function held(
      changes: Partial<NewAccount> = {},
    ): Promise<{ account: string; id: string; give: (outcome: SubmitOutcome) => void }> {
      const { sms, operator } = given();
      const { answer, give } = later();
      operator.answer = () => answer;
      const account = await tenCredits(sms, changes);
      const id = await sendOne(sms, account, { message: 'x'.repeat(161) });
      assert.deepEqual(await sms.accounts.balance(account), balance(8, 2, 0));
      return { account, id, give };
    }

    const taken = (id: string): SubmitOutcome => ({ kind: 'accepted', upstreamIds: [`${id}/1`, `${id}/2`] });

    it('is held, then captured when the operator takes it', async () => {
      const { sms } = given();
      const { account, id, give } = await held();
      give(taken(id));
      const message = await reaches(sms, account, id, 'submitted');
      assert.equal(message.holdState, 'captured');
      assert.deepEqual(await sms.accounts.balance(account), balance(8, 0, 2));
    });

    it('is released when the operator refuses it', async () => {
      const { sms } = given();
      const { account, id, give } = await held();
      give({ kind: 'rejected', code: 'operator_dnd', detail: 'on the list' });
      const message = await reaches(sms, account, id, 'rejected');
      assert.deepEqual(
        [message.holdState, message.errorCode, message.errorDetail],
        ['released', 'operator_dnd', 'on the list'],
      );
      assert.deepEqual(await sms.accounts.balance(account), balance(10, 0, 0));
    });

    it('stays spent under on_submit when it is not delivered', async () => {
      const { sms, operator } = given();
      const { account, id, give } = await held();
      give(taken(id));
      await reaches(sms, account, id, 'submitted');
      for (const segment of [1, 2]) await operator.receipt(id, 'undelivered', { segment });
      assert.equal((await reaches(sms, account, id, 'undelivered')).holdState, 'captured');
      assert.deepEqual(await sms.accounts.balance(account), balance(8, 0, 2));
    });

    it('is refunded under on_delivered when it is not delivered, once', async () => {
      const { sms, operator } = given();
      const { account, id, give } = await held({ refundPolicy: 'on_delivered' });
      give(taken(id));
      await reaches(sms, account, id, 'submitted');
      assert.deepEqual(await sms.accounts.balance(account), balance(8, 0, 2));
      for (const segment of [1, 2, 1, 2]) await operator.receipt(id, 'expired', { segment });
      assert.equal((await reaches(sms, account, id, 'expired')).holdState, 'refunded');
      assert.deepEqual(await sms.accounts.balance(account), balance(10, 0, 0));
    });

    it('is spent under on_accept even when the operator refuses it', async () => {
      const { sms } = given();
      const { account, id, give } = await held({ refundPolicy: 'on_accept' });
      give({ kind: 'rejected', code: 'upstream_rejected', detail: 'no' });
      assert.equal((await reaches(sms, account, id, 'rejected')).holdState, 'captured');
      assert.deepEqual(await sms.accounts.balance(account), balance(8, 0, 2));
    });

    const unanswered = [
      ['on_submit', 'delivered', 'captured', balance(8, 0, 2)],
      ['on_submit', 'undelivered', 'captured', balance(8, 0, 2)],
      ['on_submit', 'rejected', 'released', balance(10, 0, 0)],
      ['on_delivered', 'delivered', 'captured', balance(8, 0, 2)],
      ['on_delivered', 'undelivered', 'released', balance(10, 0, 0)],
    ] as const;
    for (const [refundPolicy, state, holdState, expected] of unanswered) {
      it(`is ${holdState} under ${refundPolicy} when the answer was lost and the receipt says ${state}`, async () => {
        const { sms, operator } = given();
        const { account, id, give } = await held({ refundPolicy });
        give({ kind: 'unknown', detail: 'connection lost' });
        const waiting = await reaches(sms, account, id, 'submitted');
        assert.deepEqual([waiting.holdState, waiting.errorCode], ['held', 'upstream_unknown']);
        const receipt = {
          kind: 'receipt',
          upstreamId: randomUUID(),
          state,
          at: Date.now(),
          reference: id,
          raw: '',
        } as const;
        await operator.report(receipt);
        assert.equal((await reaches(sms, account, id, state)).holdState, holdState);
        assert.deepEqual(await sms.accounts.balance(account), expected);
      });
    }
  });

  describe('prices', () => {
    const given = platformFor(open);
    const costOf = async (account: string, to: string): Promise<number | undefined> => {
      const { accepted } = await given().sms.send(account, { to, message: 'x'.repeat(161) });
      return accepted[0]?.cost;
    };

    it('hold from now on, by prefix and account', async () => {
      const { sms } = given();
      const parent = await openAccount(sms, { kind: 'partner' });
      const account = await openAccount(sms, { kind: 'tenant', parentId: parent });
      const neighbour = await openAccount(sms);
      assert.equal(await costOf(account, newNumber()), 2 * credit);
      await sms.accounts.setPrice({ prefix: '+255', credits: 1_500 });
      assert.equal(await costOf(account, newNumber()), 3_000);
      await sms.accounts.setPrice({ accountId: parent, prefix: '255', credits: 700 });
      assert.equal(await costOf(account, newNumber()), 1_400);
      assert.equal(await costOf(neighbour, newNumber()), 3_000);
      await sms.accounts.setPrice({ accountId: account, prefix: '25571', credits: 650 });
      assert.equal(await costOf(account, newNumber()), 1_300);
      assert.equal(await costOf(account, '+255652345678'), 1_400);
      assert.equal(await costOf(account, '+254712345678'), 2 * credit);
      await sms.accounts.setPrice({ accountId: account, prefix: '25571', credits: 0 });
      assert.equal(await costOf(account, newNumber()), 0);
      assert.equal((await sms.messages.preview(neighbour, 'x', newNumber())).segments, 1);
    });

    it('hold from their day on, also for who has just asked', async () => {
      const { sms, clock } = given();
      const account = await openAccount(sms);
      const price = async (): Promise<number> => (await sms.messages.preview(account, 'x', '+254712345678')).cost;
      await sms.accounts.setPrice({
        accountId: account,
        prefix: '254',
        credits: 3_000,
        effectiveAt: clock.now() + 5_000,
      });
      assert.equal(await price(), credit);
      clock.move(5_001);
      assert.equal(await price(), 3_000);
    });

    it('go by the network where one is priced', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      await sms.accounts.setPrice({ accountId: account, mccmnc: '64004', credits: 900 });
      await sms.accounts.setPrice({ accountId: account, prefix: '25574', credits: 800 });
      assert.equal(await costOf(account, '+255742345678'), 1_800);
      await sms.accounts.setPrice({ accountId: account, mccmnc: '64004', credits: 950 });
      assert.equal(await costOf(account, '+255742345678'), 1_900);
    });

    it('are refused below cost where the platform says so, and otherwise set and told of', async () => {
      const database = await open();
      const warning = await openPlatform(database);
      const refusing = await openPlatform(database, { belowCost: 'refuse' });
      try {
        const set = (price: Parameters<Sms['accounts']['setPrice']>[0]) => refusing.sms.accounts.setPrice(price);
        const partner = await openAccount(refusing.sms, { kind: 'partner' });
        const tenant = await openAccount(refusing.sms, { kind: 'tenant', parentId: partner });
        // Nothing is known of what a segment costs the platform.
        assert.deepEqual(await set({ prefix: '254', credits: 1 }), { belowCost: [] });
        await set({ side: 'buy', prefix: '255', credits: 400 });
        await set({ side: 'buy', mccmnc: '64004', credits: 600 });
        assert.deepEqual(await set({ accountId: partner, prefix: '255', credits: 600 }), { belowCost: [] });
        const below = [
          { accountId: partner, prefix: '255', credits: 500 },
          { accountId: partner, mccmnc: '64004', credits: 599 },
          { accountId: partner, prefix: '25565', credits: 399 },
          { prefix: '', credits: 300 },
          // A partner's cost is what it pays.
          { accountId: tenant, prefix: '255', credits: 599 },
          { accountId: tenant, prefix: '256', credits: 999 },
        ];
        for (const price of below) assert.equal(await refusal(set(price)), 'conflict', JSON.stringify(price));
        const { belowCost } = await warning.sms.accounts.setPrice({ accountId: partner, prefix: '255', credits: 500 });
        assert.deepEqual(
          belowCost.map(({ prefix, cost }) => [prefix, cost]),
          ['72', '74', '75', '76', '79'].map((network) => [`255${network}`, 600]),
        );
        // What operators ask is a fact: it is set, and the sales it makes a loss of are told.
        const raised = await set({ side: 'buy', prefix: '255', credits: 2_000 });
        assert.ok(raised.belowCost.length > 0);
        for (const wrong of [
          { accountId: partner, side: 'buy' as const, prefix: '255', credits: 1 },
          { mccmnc: '64004', prefix: '255', credits: 1 },
          { mccmnc: '99999', credits: 1 },
          { prefix: '255', credits: 1, effectiveAt: -1 },
        ]) {
          assert.equal(await refusal(set(wrong)), 'invalid_request', JSON.stringify(wrong));
        }
        assert.equal(
          await refusal(set({ accountId: '01a1b2c3-0000-7000-8000-000000000000', credits: 1 })),
          'not_found',
        );
      } finally {
        await warning.sms.stop();
        await refusing.sms.stop();
        await database.dispose();
      }
    });

    it('make a quote: who is refused and why, parts, networks, what is left, and how long it takes', async () => {
      const database = await open();
      const { sms } = await openPlatform(database, { operator: new ScriptedOperator({ segmentsPerSecond: 2 }) });
      try {
        const account = await openAccount(sms, { credits: 6 * credit });
        await sms.accounts.setPrice({ accountId: account, mccmnc: '64004', credits: 500 });
        await sms.suppressions.add(account, '+255652345678');
        await sendOne(sms, account);
        const long = 'x'.repeat(200);
        const items = [
          { to: '0742345678', text: 'Habari' },
          { to: '+255752345678', text: long },
          { to: '+254712345678', text: long },
          { to: '123', text: 'Habari' },
          { to: '+255652345678', text: 'Habari' },
          { to: '+255712345678', text: '' },
        ];
        const quote = await sms.messages.quote(account, { items });
        assert.deepEqual(quote.accepted, [
          { index: 0, to: '+255742345678', segments: 1, cost: 500 },
          { index: 1, to: '+255752345678', segments: 2, cost: 1_000 },
          { index: 2, to: '+254712345678', segments: 2, cost: 2_000 },
        ]);
        assert.deepEqual(
          quote.rejected.map(({ index, code }) => [index, code]),
          [
            [3, 'number_invalid'],
            [4, 'opted_out'],
            [5, 'message_empty'],
          ],
        );
        assert.deepEqual([quote.segments, quote.histogram, quote.cost], [5, { 1: 1, 2: 2 }, 3_500]);
        assert.deepEqual(
          quote.networks.map(({ network, country, mccmnc, messages, segments, cost }) => [
            ...[network, country, mccmnc],
            ...[messages, segments, cost],
          ]),
          [
            ['Safaricom', 'KE', '63902', 1, 2, 2_000],
            ['Vodacom', 'TZ', '64004', 2, 3, 1_500],
          ],
        );
        assert.deepEqual([quote.balance, quote.balanceAfter], [5 * credit, 1_500]);
        // Five segments, and one that waits already, at two a second.
        assert.equal(quote.seconds, 3);
        assert.deepEqual(await sms.accounts.balance(account), {
          available: 5_000,
          held: 1_000,
          captured: 0,
          funded: -6_000,
        });
        assert.equal(await refusal(sms.messages.quote(account, { items: [] })), 'invalid_request');
        const many = Array.from({ length: 10_001 }, () => ({ to: '+255712345678', text: 'x' }));
        assert.equal(await refusal(sms.messages.quote(account, { items: many })), 'too_many_recipients');
      } finally {
        await sms.stop();
        await database.dispose();
      }
    });

    it('are refused when they are none', async () => {
      const { sms } = given();
      for (const price of [
        { prefix: '25571234', credits: 1 },
        { prefix: 'TZ', credits: 1 },
        { prefix: '255', credits: -1 },
      ]) {
        assert.equal(await refusal(sms.accounts.setPrice(price)), 'invalid_request');
      }
    });
  });

  describe('an account that can pay for some', () => {
    it('has exactly those accepted, and its neighbour in the same batch all', async () => {
      const { sms, database } = await openPlatform(await open());
      const poor = await openAccount(sms, { credits: 30 * credit });
      const rich = await openAccount(sms, { credits: 100 * credit });
      // Both are known before, so that all sends reach the same batch.
      await Promise.all([poor, rich].map((account) => sms.messages.preview(account, 'x')));
      const sends = Array.from({ length: 50 }, () => [sendOne(sms, poor), sendOne(sms, rich)] as const);
      const ofPoor = await Promise.allSettled(sends.map(([send]) => send));
      const ofRich = await Promise.allSettled(sends.map(([, send]) => send));
      assert.equal(ofRich.filter(({ status }) => status === 'fulfilled').length, 50);
      const codes = ofPoor.flatMap((sent) => (sent.status === 'rejected' ? [(sent.reason as SmsError).code] : []));
      assert.deepEqual(codes, Array(20).fill('insufficient_balance'));
      assert.deepEqual(await sms.accounts.balance(poor), balance(0, 30, 0, -30));
      assert.deepEqual(await sms.accounts.balance(rich), balance(50, 50, 0, -100));
      assert.equal((await sms.messages.list(poor, {}, { limit: 1, offset: 0 })).total, 30);
      await sms.stop();
      await contestedWallet(database);
    });

    /** The same from two processes at once, which share no batch. */
    async function contestedWallet(database: Awaited<ReturnType<typeof open>>): Promise<void> {
      const both = [await openPlatform(database), await openPlatform(database)];
      const poor = await openAccount(both[0]!.sms, { credits: 30 * credit });
      const sends = Array.from({ length: 50 }, (_, n) => sendOne(both[n % 2]!.sms, poor));
      const accepted = (await Promise.allSettled(sends)).filter(({ status }) => status === 'fulfilled');
      assert.equal(accepted.length, 30);
      assert.deepEqual(await both[1]!.sms.accounts.balance(poor), balance(0, 30, 0, -30));
      for (const { sms } of both) await sms.stop();
    }

    it('has never spent more than its first credits and its top-ups, whatever comes at the same time', async () => {
      const database = await open();
      const both = [await openPlatform(database), await openPlatform(database)] as const;
      const accounts = await Promise.all(
        Array.from({ length: 6 }, (_, n) => openAccount(both[n % 2 ? 1 : 0].sms, { credits: 10 * credit })),
      );
      const paid = Array.from({ length: 5 }, () => randomUUID());
      const work = accounts.flatMap((account, nth) =>
        both.flatMap(({ sms }) => [
          // Each is told of in both processes, and counts once.
          ...paid.map((reference) => sms.accounts.topUp(account, credit, `${reference.slice(0, -1)}${nth}`)),
          ...Array.from({ length: 12 }, () => sendOne(sms, account)),
        ]),
      );
      const outcomes = await Promise.allSettled(work);
      for (const one of outcomes) {
        if (one.status === 'rejected') assert.equal((one.reason as SmsError).code, 'insufficient_balance');
      }
      for (const account of accounts) {
        const { available, held, funded } = await both[0].sms.accounts.balance(account);
        assert.deepEqual([available + held, funded, available >= 0], [15 * credit, -15 * credit, true]);
      }
      for (const { sms } of both) await sms.stop();
      await assertInvariants(database);
    });

    it('is told what it lacks', async () => {
      const { sms } = await openPlatform(await open());
      const poor = await openAccount(sms, { credits: 3 * credit });
      const to = Array.from({ length: 5 }, newNumber);
      await assert.rejects(sms.send(poor, { to, message: 'x' }), {
        code: 'insufficient_balance',
        details: { needed: 5_000, available: 3_000, shortfall: 2_000 },
      });
      assert.deepEqual(await sms.accounts.balance(poor), balance(3, 0, 0, -3));
      assert.equal((await sms.send(poor, { to: to.slice(2), message: 'x' })).accepted.length, 3);
      await sms.stop();
    });

    it('can send again as soon as it has paid', async () => {
      const operator = new ScriptedOperator({ answer: accept });
      const { sms } = await openPlatform(await open(), { operator });
      await sms.start();
      const poor = await openAccount(sms, { credits: 0 });
      assert.equal(await refusal(sendOne(sms, poor)), 'insufficient_balance');
      await sms.accounts.topUp(poor, credit);
      const id = await sendOne(sms, poor);
      await eventually('it is submitted', () => operator.has(id));
      await sms.stop();
    });
  });
}
