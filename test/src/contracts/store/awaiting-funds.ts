import assert from 'node:assert/strict';
import type { Campaign, CampaignEventData, CampaignState, NewCampaign, Payment, SmsError } from '@ujumbe/core';
import type { OpenTestDatabase, TestDatabase } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, refusal, toldTo, type Platform } from '../platform.js';
import { ScriptedWallet } from '../scripted-wallet.js';
import { storedRows } from '../stored-rows.js';

const credit = 1_000;
const hourMs = 3_600_000;
const phone = '0744963858';

interface Process extends Platform {
  /** Ends it; its rows stay. */
  stop: () => Promise<void>;
}

export function awaitingFundsSuite(open: OpenTestDatabase): void {
  let wallet: ScriptedWallet;
  let database: TestDatabase;
  let running: Process[];

  /** A process on the one database, with the one wallet; at work unless the test says otherwise. */
  async function process({ start = true, leastCredits = 100 } = {}): Promise<Process> {
    const payments = { wallets: [wallet], buyerEmail: 'duka@example.com', leastCredits };
    const platform = await openPlatform(database, { payments });
    const own = { ...platform, stop: () => platform.sms.stop({ deadlineMs: 1_000 }) };
    running.push(own);
    if (start) await own.sms.start();
    return own;
  }

  beforeEach(async () => {
    wallet = new ScriptedWallet();
    database = await open();
    running = [];
  });
  afterEach(async () => {
    for (const { stop } of running) await stop();
    await assertInvariants(database);
    await database.dispose();
  });

  const draft = (
    { sms }: Platform,
    account: string,
    recipients: number,
    changes: Partial<NewCampaign> = {},
  ): Promise<Campaign> =>
    sms.campaigns.create(account, {
      name: 'Punguzo',
      text: 'Punguzo leo',
      numbers: Array.from({ length: recipients }, newNumber),
      ...changes,
    });

  const send = (
    { sms }: Platform,
    { accountId, id }: Campaign,
    { planId, payer = phone }: { planId?: string; payer?: string } = {},
  ): Promise<Campaign> => sms.campaigns.send(accountId, id, { planId, fundedBy: { phone: payer } });

  const reaches = ({ sms }: Platform, { accountId, id }: Campaign, state: CampaignState): Promise<Campaign> =>
    eventually(`the campaign is ${state}`, async () => {
      const { campaign } = await sms.campaigns.get(accountId, id);
      return campaign.state === state && campaign;
    });

  const paymentOf = ({ sms }: Platform, { accountId, paymentId }: Campaign): Promise<Payment> =>
    sms.payments.get(accountId, paymentId ?? '');

  /** What its payer does, as the wallet tells when it is asked. */
  async function ends(
    on: Platform,
    campaign: Campaign,
    status: 'completed' | 'failed' | 'cancelled' = 'completed',
  ): Promise<Payment> {
    const { walletOrderId } = await paymentOf(on, campaign);
    const before = wallet.onQuery;
    wallet.onQuery = (orderId) => (orderId === walletOrderId ? wallet.found(orderId, status) : before(orderId));
    return on.sms.payments.check(campaign.accountId, campaign.paymentId ?? '');
  }

  const steps = async (on: Platform, account: string): Promise<[string, string | null][]> =>
    (await toldTo(on, account))
      .filter(({ type }) => /^(campaign|payment)\./.test(type) && type !== 'campaign.progress')
      .map(({ type, data }) => [type, (data as Partial<CampaignEventData>).reason ?? null]);

  const balanceOf = async ({ sms }: Platform, account: string): Promise<number[]> => {
    const { available, held } = await sms.accounts.balance(account);
    return [available / credit, held / credit];
  };

  it('asks for exactly what is missing, holds nothing meanwhile, and starts by itself when it is paid', async () => {
    const on = await process();
    const account = await openAccount(on.sms, { credits: 50 * credit });
    const campaign = await draft(on, account, 200);
    const waiting = await send(on, campaign);
    assert.deepEqual([waiting.state, waiting.queuedAt, waiting.listId], ['awaiting_funds', null, null]);
    const { campaign: shown, progress } = await on.sms.campaigns.get(account, campaign.id);
    assert.deepEqual([shown, progress], [waiting, null]);
    const payment = await paymentOf(on, waiting);
    assert.deepEqual([payment.credits, payment.amount, payment.payer], [150 * credit, 270_000, '+255744963858']);
    assert.deepEqual(await balanceOf(on, account), [50, 0]);
    assert.equal(on.operator.submitted.length, 0);
    await ends(on, waiting);
    const done = await reaches(on, campaign, 'completed');
    assert.deepEqual([done.awaits, done.paymentId, on.operator.submitted.length], [null, payment.id, 200]);
    assert.deepEqual(await balanceOf(on, account), [0, 0]);
    assert.deepEqual(await steps(on, account), [
      ['campaign.awaiting_funds', null],
      ['payment.completed', null],
      ['campaign.started', null],
      ['campaign.completed', null],
    ]);
    assert.equal(wallet.started.length, 1);
  });

  it('asks for no less than can be bought, and nobody where there is enough', async () => {
    const on = await process();
    const account = await openAccount(on.sms, { credits: 2 * credit });
    const campaign = await send(on, await draft(on, account, 5));
    assert.equal((await paymentOf(on, campaign)).credits, 100 * credit);
    // A wallet lets no less than 1,000 shillings be paid: 56 credits of 18 each.
    const frugal = await process({ start: false, leastCredits: 1 });
    const other = await openAccount(frugal.sms, { credits: 2 * credit });
    const { credits, amount } = await paymentOf(frugal, await send(frugal, await draft(frugal, other, 5)));
    assert.deepEqual([credits, amount], [56 * credit, 100_800]);
    const rich = await openAccount(on.sms, { credits: 10 * credit });
    const sent = await send(on, await draft(on, rich, 5));
    assert.deepEqual([sent.state, sent.paymentId], ['sending', null]);
    assert.equal(wallet.started.length, 2);
  });

  it('starts too when the credit comes from elsewhere; the payment is then credit like any other', async () => {
    const on = await process();
    const account = await openAccount(on.sms, { credits: 0 });
    const waiting = await send(on, await draft(on, account, 120));
    await on.sms.accounts.topUp(account, 119 * credit);
    await on.sms.accounts.topUp(account, credit);
    await reaches(on, waiting, 'completed');
    await ends(on, waiting);
    assert.deepEqual(await balanceOf(on, account), [120, 0]);
    assert.equal(on.operator.submitted.length, 120);
  });

  it('is a draft again, with the reason, when its payment comes to nothing, and may be sent again', async () => {
    const on = await process();
    const account = await openAccount(on.sms, { credits: 0 });
    let campaign = await draft(on, account, 120);
    for (const status of ['failed', 'cancelled'] as const) {
      campaign = await send(on, campaign);
      await ends(on, campaign, status);
      const again = await reaches(on, campaign, 'draft');
      assert.deepEqual([again.reason, again.awaits, again.paymentId], [`payment_${status}`, null, campaign.paymentId]);
    }
    assert.deepEqual(await steps(on, account), [
      ['campaign.awaiting_funds', null],
      ['payment.failed', null],
      ['campaign.failed', 'payment_failed'],
      ['campaign.awaiting_funds', null],
      ['payment.failed', null],
      ['campaign.failed', 'payment_cancelled'],
    ]);
    campaign = await send(on, campaign);
    await ends(on, campaign);
    await reaches(on, campaign, 'completed');
    assert.equal(on.operator.submitted.length, 120);
  });

  it('waits no longer than its payment, nor than a day; what is paid later is credit', async () => {
    const on = await process();
    const account = await openAccount(on.sms, { credits: 0 });
    const late = await send(on, await draft(on, account, 120));
    on.clock.move(31 * 60_000);
    assert.equal((await reaches(on, late, 'draft')).reason, 'payment_expired');
    await ends(on, late);
    assert.deepEqual(await balanceOf(on, account), [120, 0]);
    assert.equal((await on.sms.campaigns.get(account, late.id)).campaign.state, 'draft');
    wallet.onQuery = () => ({ kind: 'unknown', detail: 'HTTP 503' });
    const silent = await send(on, await draft(on, account, 300));
    on.clock.move(24 * hourMs + 1);
    assert.equal((await reaches(on, silent, 'draft')).reason, 'payment_expired');
    assert.equal((await paymentOf(on, silent)).endedAt, null, 'nobody knows what became of the payment');
  });

  it('is refused at once, and a draft, when the wallet will not ask or nobody can be asked', async () => {
    const on = await process();
    const account = await openAccount(on.sms, { credits: 0 });
    const campaign = await draft(on, account, 120);
    const { sms } = on;
    assert.equal(
      await refusal(sms.campaigns.send(account, campaign.id, { fundedBy: { phone: '0222123456' } })),
      'number_invalid',
    );
    assert.deepEqual((await sms.campaigns.get(account, campaign.id)).campaign, campaign);
    wallet.onStart = () => ({ kind: 'refused', code: 'upstream_rejected', detail: 'Invalid phone' });
    const error = (await send(on, campaign).catch((refused: unknown) => refused)) as SmsError;
    assert.equal(error.code, 'upstream_rejected');
    const { campaign: after } = await sms.campaigns.get(account, campaign.id);
    assert.deepEqual([after.state, after.reason], ['draft', 'payment_failed']);
    assert.equal(after.paymentId, error.details?.payment_uuid);
    const kenyan = await openAccount(sms, { country: 'KE', currency: 'KES', credits: 0 });
    const unpayable = await draft(on, kenyan, 3, { numbers: ['0712345678'] });
    assert.equal(await refusal(send(on, unpayable)), 'invalid_request');
    assert.equal((await sms.campaigns.get(kenyan, unpayable.id)).campaign.state, 'draft');
  });

  it('does not start, and says why, when its credit was spent or may not be spent', async () => {
    const on = await process();
    const account = await openAccount(on.sms, { credits: 50 * credit });
    const spent = await send(on, await draft(on, account, 150));
    await on.sms.send(account, { to: newNumber(), message: 'Habari' });
    await ends(on, spent);
    assert.equal((await reaches(on, spent, 'draft')).reason, 'insufficient_balance');
    const other = await openAccount(on.sms, { credits: 0 });
    const suspended = await send(on, await draft(on, other, 150));
    await on.sms.accounts.suspend(other);
    await ends(on, suspended);
    assert.equal((await reaches(on, suspended, 'draft')).reason, 'account_suspended');
    assert.deepEqual(await balanceOf(on, other), [150, 0]);
  });

  it('can be cancelled and nothing else while it waits, and asks one phone once', async () => {
    const on = await process();
    const { campaigns } = on.sms;
    const account = await openAccount(on.sms, { credits: 0 });
    const campaign = await draft(on, account, 120);
    const asked = await Promise.allSettled([1, 2, 3].map(() => send(on, campaign)));
    assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const one of asked) if (one.status === 'rejected') assert.equal((one.reason as SmsError).code, 'conflict');
    assert.equal(wallet.started.length, 1);
    const waiting = await reaches(on, campaign, 'awaiting_funds');
    const again = (await send(on, campaign).catch((refused: unknown) => refused)) as SmsError;
    assert.deepEqual([again.code, again.details], ['conflict', { payment_uuid: waiting.paymentId }]);
    for (const step of ['pause', 'resume', 'delete', 'plan'] as const) {
      assert.equal(await refusal(campaigns[step](account, campaign.id) as Promise<unknown>), 'conflict', step);
    }
    assert.equal(await refusal(campaigns.update(account, campaign.id, { name: 'x' })), 'conflict');
    assert.equal((await campaigns.cancel(account, campaign.id)).state, 'cancelled');
    await ends(on, waiting);
    assert.deepEqual(await balanceOf(on, account), [120, 0]);
    assert.equal((await campaigns.get(account, campaign.id)).campaign.state, 'cancelled');
  });

  it('goes to whom it was planned for at the price it was planned at, however long the payer takes', async () => {
    const on = await process();
    const account = await openAccount(on.sms, { credits: 0 });
    const campaign = await draft(on, account, 120, { scheduledAt: Date.now() + hourMs });
    const plan = await on.sms.campaigns.plan(account, campaign.id);
    const waiting = await send(on, campaign, { planId: plan.id });
    await on.sms.accounts.setPrice({ accountId: account, prefix: '255', credits: 3 * credit });
    await ends(on, waiting);
    const scheduled = await reaches(on, campaign, 'scheduled');
    assert.deepEqual([scheduled.listId, await balanceOf(on, account)], [plan.id, [0, 120]]);
  });

  it('holds its credit until its time once it is paid, and starts then, or at once when that has passed', async () => {
    const on = await process();
    const account = await openAccount(on.sms, { credits: 0 });
    const scheduledAt = Date.now() + 60_000;
    const early = await send(on, await draft(on, account, 120, { scheduledAt }));
    const late = await send(on, await draft(on, account, 120, { scheduledAt }));
    await ends(on, early);
    await reaches(on, early, 'scheduled');
    assert.deepEqual(await balanceOf(on, account), [0, 120]);
    on.clock.move(61_000);
    await reaches(on, early, 'completed');
    await ends(on, late);
    await reaches(on, late, 'completed');
    assert.equal(on.operator.submitted.length, 240);
  });

  it('leaves what those before it count on, and whoever is paid first starts first', async () => {
    const on = await process();
    const account = await openAccount(on.sms, { credits: 50 * credit });
    const first = await send(on, await draft(on, account, 200));
    const second = await send(on, await draft(on, account, 210));
    assert.deepEqual(
      [(await paymentOf(on, first)).credits, (await paymentOf(on, second)).credits],
      [150 * credit, 210 * credit],
    );
    await ends(on, second);
    await reaches(on, second, 'completed');
    assert.equal((await reaches(on, first, 'awaiting_funds')).reason, null);
    await ends(on, first);
    await reaches(on, first, 'completed');
    assert.deepEqual(await balanceOf(on, account), [0, 0]);
  });

  describe('whose process dies', () => {
    it('after the payment and before the start, is started by another, of two by one', async () => {
      const dying = await process({ start: false });
      const account = await openAccount(dying.sms, { credits: 0 });
      const waiting: Campaign[] = [];
      for (const payer of ['0744963001', '0744963002', '0744963003', '0744963004']) {
        waiting.push(await send(dying, await draft(dying, account, 100), { payer }));
      }
      for (const campaign of waiting.slice(0, 3)) assert.equal((await ends(dying, campaign)).state, 'completed');
      await ends(dying, waiting[3]!, 'failed');
      await dying.stop();
      const others = [await process({ start: false }), await process({ start: false })] as const;
      await Promise.all(others.map(({ sms }) => sms.start()));
      for (const campaign of waiting.slice(0, 3)) await reaches(others[0], campaign, 'completed');
      assert.equal((await reaches(others[0], waiting[3]!, 'draft')).reason, 'payment_failed');
      const sent = others.flatMap(({ operator }) => operator.submitted.map(({ recipient }) => recipient));
      assert.deepEqual([sent.length, new Set(sent).size], [300, 300]);
      const told = await toldTo(others[0], account);
      assert.equal(told.filter(({ type }) => type === 'campaign.started').length, 3);
      assert.equal(told.filter(({ type }) => type === 'campaign.failed').length, 1);
    });

    it('while the phone is asked, still waits, and starts when it is paid', async () => {
      const dying = await process({ start: false });
      const account = await openAccount(dying.sms, { credits: 0 });
      const campaign = await draft(dying, account, 120);
      let called: (() => void) | undefined;
      const calling = new Promise<void>((resolve) => (called = resolve));
      wallet.onStart = () => {
        called?.();
        return new Promise(() => undefined);
      };
      void send(dying, campaign);
      await calling;
      const other = await process();
      const waiting = await reaches(other, campaign, 'awaiting_funds');
      assert.equal((await paymentOf(other, waiting)).state, 'created');
      await ends(other, waiting);
      await reaches(other, campaign, 'completed');
      assert.equal(other.operator.submitted.length, 120);
    });

    it('before anything is stored, has asked nobody', async () => {
      const on = await process({ start: false });
      const account = await openAccount(on.sms, { credits: 0 });
      const campaign = await draft(on, account, 120);
      const plan = await on.sms.campaigns.plan(account, campaign.id);
      // The draft changes while the campaign is made ready: neither the payment nor the wait is stored.
      const [sent] = await Promise.allSettled([
        send(on, campaign, { planId: plan.id }),
        on.sms.campaigns.update(account, campaign.id, { name: 'Nyingine' }),
      ]);
      const payments = await storedRows(database, 'sms_payments');
      const { campaign: after } = await on.sms.campaigns.get(account, campaign.id);
      assert.equal(after.state, sent.status === 'fulfilled' ? 'awaiting_funds' : 'draft');
      assert.equal(payments.length, sent.status === 'fulfilled' ? 1 : 0);
      assert.equal(wallet.started.length, payments.length);
    });
  });
}
