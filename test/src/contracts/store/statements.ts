import assert from 'node:assert/strict';
import type { Movement, Sms, StatementPage } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, platformFor, reaches, refusal, sendOne, toldTo } from '../platform.js';
import { ScriptedOperator } from '../scripted-operator.js';
import { ScriptedWallet } from '../scripted-wallet.js';

const credit = 1_000;
const dayMs = 86_400_000;

async function wholeStatement(sms: Sms, account: string, limit: number): Promise<StatementPage[]> {
  const pages = [await sms.statements.page(account, { limit })];
  for (let cursor = pages[0]?.cursor ?? null; cursor !== null; cursor = pages.at(-1)?.cursor ?? null) {
    pages.push(await sms.statements.page(account, { after: cursor, limit }));
  }
  return pages;
}

/** The books of a statement: what it began with and what moved is what it ended with, line by line. */
function assertAddsUp(
  { opening, closing }: Pick<StatementPage, 'opening' | 'closing'>,
  movements: readonly Movement[],
): void {
  let { available, held } = opening;
  for (const movement of movements) {
    available += movement.availableChange;
    held += movement.heldChange;
    assert.deepEqual(movement.balance, { available, held });
    assert.ok(available >= 0 && held >= 0);
  }
  assert.deepEqual(closing, { available, held });
}

export function statementsSuite(open: OpenTestDatabase): void {
  const wallet = new ScriptedWallet();
  const given = platformFor(open, () => ({
    payments: { wallets: [wallet], buyerEmail: 'duka@example.com' },
    operator: new ScriptedOperator({
      answer: ({ recipient }) =>
        recipient.endsWith('901')
          ? { kind: 'rejected', code: 'upstream_rejected', detail: 'no' }
          : { kind: 'accepted', upstreamIds: [`up-${recipient}`] },
    }),
  }));

  /** An account to which a bit of everything has happened. */
  async function busyAccount(): Promise<{ account: string; ids: Record<string, string> }> {
    const { sms } = given();
    const account = await openAccount(sms, { credits: 20 * credit, refundPolicy: 'on_submit' });
    const sent = await sendOne(sms, account);
    await reaches(sms, account, sent, 'submitted');
    const rejected = await sendOne(sms, account, { to: `${newNumber().slice(0, -3)}901`, message: 'x'.repeat(200) });
    await reaches(sms, account, rejected, 'rejected');
    const later = await sendOne(sms, account, { scheduledAt: Date.now() + dayMs });
    await sms.messages.cancel(account, later);
    const waiting = await sendOne(sms, account, { scheduledAt: Date.now() + dayMs });
    wallet.onQuery = (orderId) => wallet.found(orderId, 'completed');
    const { payment } = await sms.payments.create(account, { credits: 100 * credit, phone: '0744963858' });
    await sms.payments.check(account, payment.id);
    const campaign = await sms.campaigns.create(account, {
      name: 'x',
      text: 'Ofa',
      numbers: [newNumber(), newNumber()],
    });
    await sms.campaigns.send(account, campaign.id);
    await eventually('the campaign is out', async () => {
      const { campaign: now } = await sms.campaigns.get(account, campaign.id);
      return now.state === 'completed';
    });
    const { held } = await eventually('all that can be is charged', async () => {
      const balance = await sms.accounts.balance(account);
      return balance.held === credit && balance;
    });
    assert.equal(held, credit);
    return { account, ids: { sent, rejected, later, waiting, payment: payment.id, campaign: campaign.id } };
  }

  it('tells every movement with what it is about, and adds up', async () => {
    const { sms } = given();
    const { account, ids } = await busyAccount();
    const page = await sms.statements.page(account, { limit: 1_000 });
    assert.deepEqual([page.opening, page.cursor], [{ available: 0, held: 0 }, null]);
    assertAddsUp(page, page.movements);
    const { available, held } = await sms.accounts.balance(account);
    assert.deepEqual(page.closing, { available, held });
    const of = (id: string | undefined): [string, number, number][] =>
      page.movements
        .filter(({ subjectId }) => subjectId === id)
        .map(({ kind, availableChange, heldChange }) => [kind, availableChange / credit, heldChange / credit]);
    assert.deepEqual(of(ids.sent), [
      ['hold', -1, 1],
      ['capture', 0, -1],
    ]);
    assert.deepEqual(of(ids.rejected), [
      ['hold', -2, 2],
      ['release', 2, -2],
    ]);
    assert.deepEqual(of(ids.later), [
      ['hold', -1, 1],
      ['release', 1, -1],
    ]);
    assert.deepEqual(of(ids.waiting), [['hold', -1, 1]]);
    assert.deepEqual(of(ids.payment), [['top_up', 100, 0]]);
    for (const { kind, subjectId, messageId, campaignId, paymentId } of page.movements) {
      assert.equal(paymentId, subjectId === ids.payment ? subjectId : null);
      if (kind === 'hold') assert.equal(messageId, subjectId);
      if (kind === 'reserve') assert.deepEqual([messageId, campaignId], [null, ids.campaign]);
    }
    const ofCampaign = page.movements.filter(({ campaignId }) => campaignId === ids.campaign);
    assert.deepEqual(ofCampaign.map(({ kind }) => kind).sort(), ['capture', 'capture', 'reserve', 'return']);
  });

  it('is the same in stretches, and walked', async () => {
    const { sms } = given();
    const { account } = await busyAccount();
    const whole = await sms.statements.page(account, { limit: 1_000 });
    for (const limit of [1, 3, whole.movements.length]) {
      const pages = await wholeStatement(sms, account, limit);
      assert.deepEqual(
        pages.flatMap(({ movements }) => movements),
        whole.movements,
      );
      for (const page of pages) assert.deepEqual([page.opening, page.closing], [whole.opening, whole.closing]);
    }
    const walked: Movement[] = [];
    for await (const page of sms.statements.walk(account, {})) walked.push(...page.movements);
    assert.deepEqual(walked, whole.movements);
  });

  it('ends a time with what the next begins with', async () => {
    const { sms } = given();
    const { account } = await busyAccount();
    const { movements, closing } = await sms.statements.page(account, { limit: 1_000 });
    const moments = [...new Set(movements.map(({ at }) => at))];
    let opening = { available: 0, held: 0 };
    let from = 0;
    const seen: string[] = [];
    for (const to of [...moments, (moments.at(-1) ?? 0) + 1]) {
      const page = await sms.statements.page(account, { from, to, limit: 1_000 });
      assert.deepEqual(page.opening, opening);
      assertAddsUp(page, page.movements);
      seen.push(...page.movements.map(({ subjectId, kind }) => `${subjectId} ${kind}`));
      opening = page.closing;
      from = to;
    }
    assert.deepEqual(opening, closing);
    assert.deepEqual(
      seen,
      movements.map(({ subjectId, kind }) => `${subjectId} ${kind}`),
    );
  });

  it('is one account’s alone, and refuses a time or a place that is none', async () => {
    const { sms } = given();
    const { account } = await busyAccount();
    const stranger = await openAccount(sms, { credits: 0 });
    assert.deepEqual((await sms.statements.page(stranger, { limit: 10 })).movements, []);
    const { cursor } = await sms.statements.page(account, { limit: 1 });
    const elsewhere = await sms.statements.page(stranger, { after: cursor ?? '', limit: 10 });
    assert.deepEqual(elsewhere.movements, []);
    const missing = sms.statements.page('01a1b2c3-0000-7000-8000-000000000000', { limit: 1 });
    assert.equal(await refusal(missing), 'not_found');
    const wrong = ['x', '', 'e30', Buffer.from('["x",1]').toString('base64url'), 'A'.repeat(1_000)];
    for (const after of wrong) {
      assert.equal(await refusal(sms.statements.page(account, { after, limit: 1 })), 'invalid_request', after);
    }
    assert.equal(await refusal(sms.statements.page(account, { from: 2, to: 1, limit: 1 })), 'invalid_request');
  });

  describe('usage', () => {
    it('adds up messages by day, sender, network and campaign', async () => {
      const { sms } = given();
      const { account, ids } = await busyAccount();
      await sms.accounts.approveSender(account, 'OTHER');
      const other = await sendOne(sms, account, { to: '+255754000001', senderId: 'OTHER' });
      await reaches(sms, account, other, 'submitted');
      const day = await sms.usage.read(account, { by: 'day' });
      const today = new Date().toISOString().slice(0, 10);
      assert.deepEqual(day.rows, [{ key: today, ...day.total }]);
      const { captured, held } = await sms.accounts.balance(account);
      assert.deepEqual(day.total, {
        messages: 7,
        segments: 8,
        delivered: 0,
        failed: 1,
        cancelled: 1,
        charged: captured,
        held,
      });
      const keys = async (by: 'sender' | 'network' | 'campaign'): Promise<[string | null, number][]> => {
        const { rows, total } = await sms.usage.read(account, { by });
        assert.deepEqual(total, day.total);
        return rows.map(({ key, messages }) => [key, messages]);
      };
      assert.deepEqual(await keys('sender'), [
        ['DUKA', 6],
        ['OTHER', 1],
      ]);
      assert.deepEqual(await keys('network'), [
        ['Yas (TZ)', 6],
        ['Vodacom (TZ)', 1],
      ]);
      assert.deepEqual(await keys('campaign'), [
        [null, 5],
        [ids.campaign, 2],
      ]);
    });

    it('begins days where the customer does, and leaves out what is of another time', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      await sendOne(sms, account);
      const now = Date.now();
      const eastward = await sms.usage.read(account, { by: 'day', utcOffsetMs: dayMs });
      assert.equal(eastward.rows[0]?.key, new Date(now + dayMs).toISOString().slice(0, 10));
      assert.equal((await sms.usage.read(account, { by: 'day', from: now - 10, to: now - 9 })).total.messages, 0);
      assert.equal((await sms.usage.read(account, { by: 'day', from: 0, to: dayMs })).total.messages, 0);
      for (const wrong of [
        { from: 2, to: 1 },
        { from: 0, to: now },
        { from: NaN, to: now },
      ]) {
        assert.equal(await refusal(sms.usage.read(account, { by: 'day', ...wrong })), 'invalid_request');
      }
    });

    it('is the same of more messages than one look reads', async function () {
      this.timeout(60_000);
      const database = await open();
      const { sms } = await openPlatform(database);
      try {
        const account = await openAccount(sms, { credits: 30_000 * credit });
        const sends = 21;
        for (let n = 0; n < sends; n++) {
          const to = Array.from({ length: 1_000 }, (_, serial) => `+25571${n % 8}${String(serial).padStart(6, '0')}`);
          await sms.send(account, { to, message: 'Habari' });
        }
        const { rows, total } = await sms.usage.read(account, { by: 'network' });
        assert.deepEqual([total.messages, total.held], [sends * 1_000, sends * 1_000 * credit]);
        assert.deepEqual(
          rows.map(({ key, messages }) => [key, messages]),
          [['Yas (TZ)', sends * 1_000]],
        );
        let walked = 0;
        for await (const { movements } of sms.statements.walk(account, {})) walked += movements.length;
        assert.equal(walked, sends * 1_000 + 1);
      } finally {
        await sms.stop();
        await database.dispose();
      }
    });
  });

  describe('low balances', () => {
    const lows = async (account: string): Promise<unknown[]> =>
      (await toldTo(given(), account)).filter(({ type }) => type === 'credits.low').map(({ data }) => data);

    it('are told of once for each fall, and not before there is one', async () => {
      const { sms } = given();
      const account = await openAccount(sms, { credits: 10 * credit });
      assert.equal(await sms.accounts.lowBalance(account), null);
      await sms.accounts.setLowBalance(account, 9 * credit);
      await sendOne(sms, account);
      assert.deepEqual(await lows(account), []);
      await Promise.all([sendOne(sms, account), sendOne(sms, account), sendOne(sms, account)]);
      await eventually('the first fall', async () => (await lows(account)).length === 1);
      assert.deepEqual(await lows(account), [{ available: 6 * credit, below: 9 * credit }]);
      await sendOne(sms, account);
      await sms.accounts.topUp(account, 4 * credit);
      await sendOne(sms, account);
      await eventually('the second fall', async () => (await lows(account)).length === 2);
      await sms.accounts.setLowBalance(account, null);
      await sms.accounts.topUp(account, 10 * credit);
      await sendOne(sms, account, { message: 'x'.repeat(1_500) });
      assert.equal((await lows(account)).length, 2);
      assert.equal(await sms.accounts.lowBalance(account), null);
    });

    it('are told of by one process of two', async () => {
      const { sms, database } = given();
      const other = await openPlatform(database);
      await other.sms.start();
      const accounts = await Promise.all(Array.from({ length: 8 }, () => openAccount(sms, { credits: credit })));
      for (const account of accounts) await sms.accounts.setLowBalance(account, credit);
      await Promise.all(accounts.map((account) => sendOne(other.sms, account)));
      for (const account of accounts) await eventually('a fall', async () => (await lows(account)).length > 0);
      for (const account of accounts) assert.equal((await lows(account)).length, 1);
      await other.sms.stop();
    });

    it('have a threshold that is a number of credits', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      for (const wrong of [0, -1, 0.5, NaN, 1e18]) {
        assert.equal(await refusal(sms.accounts.setLowBalance(account, wrong)), 'invalid_request');
      }
      assert.equal(await refusal(sms.accounts.setLowBalance('x', 1)), 'not_found');
    });
  });
}
