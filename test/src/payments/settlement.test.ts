import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createSms,
  simulator,
  zenoPay,
  type Campaign,
  type MobileMoney,
  type Payment,
  type PaymentState,
  type Sms,
} from '@ujumbe/core';
import { createSimulatedZenoPay } from 'ujumbe';
import { eventually } from '../faults/eventually.js';
import { SeededRandom, seedOf } from '../faults/seeded-random.js';
import { killProcesses, ProcessEnded } from '../support/asked-process.js';
import { describeOnDatabases, type TestDatabase } from '../support/databases.js';
import { assertInvariants } from '../support/ledger-invariants.js';
import { RestlessRelay } from './restless-relay.js';
import type { TillSettings } from './till-messages.js';
import { TillProcess } from './till-process.js';

/** A short run by default; PAYMENTS=3000 PAYMENT_ROUNDS=12 is a long one. */
const paymentCount = Number(process.env.PAYMENTS ?? 300);
const rounds = Number(process.env.PAYMENT_ROUNDS ?? 4);
const atOnce = 24;
const accountCount = 40;
const firstCredits = 3_000;
/** Campaigns that lack credit, two of an account, so that they want the same credits. */
const campaignCount = Math.ceil(paymentCount / 15);
const recipientsOf = (campaign: number): number => 60 + (campaign % 40);
const apiKey = 'a-key-of-tests';
/** Each till's clock is that far ahead of the one before: the leases and waits of those who died are over. */
const stepMs = 60_000;
const endings = ['901', '902', '903', '904', '905', '906', '907', '908', '909', '910', '911'];

interface Order {
  accountId: string;
  key: string;
  credits: number;
  phone: string;
  /** What it was answered: the payment, or null when it was refused. Undefined while nobody has answered. */
  answered: string | null | undefined;
}

describeOnDatabases('payments whose processes are killed and whose callbacks are not to be relied on', (open) => {
  after(killProcesses);

  it('are credited once each, as the wallet has them, and never leave a balance below nought', async function () {
    this.timeout(120_000 + paymentCount * 50);
    const random = new SeededRandom(seedOf('payments', 'PAYMENT_SEED'));
    const database = await open();
    const simulated = createSimulatedZenoPay({ apiKey, delayMs: 30, slowMs: 400 });
    const walletUrl = `http://127.0.0.1:${await simulated.start()}`;
    let till: TillProcess | undefined;
    const relay = new RestlessRelay(random, () => till);
    const settings = { database: database.options, walletUrl, apiKey, apiUrl: await relay.start() };
    const { accounts, campaigns } = await openAccounts(database, random);
    const orders = ordersFor(accounts, random);
    const customers: Customers = { random, accounts, topUps: new Map(), campaigns, opened: [] };
    try {
      for (let round = 0; round < rounds; round++) {
        const share = orders.slice(0, Math.floor(((round + 1) * orders.length) / rounds));
        till = new TillProcess({ ...settings, aheadMs: round * stepMs, ...deathOf(random, orders.length / rounds) });
        const working = feed(till, share, customers);
        await Promise.race([working, till.ended]);
        if (till.isRunning) await pause(random.between(0, 300));
        await till.kill();
        await working;
      }
      till = new TillProcess({ ...settings, aheadMs: rounds * stepMs });
      await till.ready;
      // Customers who never heard an answer ask again.
      await feed(till, orders, customers);
      await repeatTopUps(till, customers.topUps);
      // Payers who are slow have paid by then, and what nobody answers expires.
      await pause(500);
      await till.stop();
      till = new TillProcess({ ...settings, aheadMs: rounds * stepMs + 11 * 60_000 });
      await till.ready;
      const ended = await assertSettled(database, orders, { walletUrl, customers });
      await till.stop();
      assert.deepEqual(relay.believed, [], 'forged callbacks that were believed');
      const { passed, lost, repeated, delayed, forged, processed } = relay.counts;
      assert.ok(Math.min(lost, repeated, delayed, forged, processed) > 0, 'the relay did nothing');
      console.log(
        `      ${orders.length} orders, ${campaigns.length} campaigns (${ended}), ${simulated.placed()} at the wallet; callbacks: ${passed} passed on, ${lost} lost, ${repeated} repeated, ${delayed} delayed, ${forged} forged`,
      );
    } finally {
      await killProcesses();
      await relay.stop();
      await simulated.stop();
    }
  });
});

/** By a signal from outside at some time, or by its own hand in the middle of a settlement. */
function deathOf(random: SeededRandom, share: number): Pick<TillSettings, 'dieAt'> {
  if (random.happens(0.2)) return {};
  return { dieAt: { paid: random.between(1, Math.max(1, Math.floor(share / 2))), afterMs: random.between(0, 6) } };
}

interface WaitingCampaign {
  accountId: string;
  campaignId: string;
  phone: string;
  /** Whether anybody was answered that it waits. */
  answered: boolean;
}

/** The customers, and those whose campaigns cost more than they have. */
async function openAccounts(
  { options }: TestDatabase,
  random: SeededRandom,
): Promise<{ accounts: string[]; campaigns: WaitingCampaign[] }> {
  const sms = await createSms({ database: options, transports: [simulator()] });
  const openOne = async (n: number): Promise<string> => {
    const customer = { name: `Duka ${n}`, country: 'TZ', currency: 'TZS', sender: 'DUKA', credits: firstCredits };
    return (await sms.accounts.open(customer)).account.id;
  };
  const accounts: string[] = [];
  for (let n = 0; n < accountCount; n++) accounts.push(await openOne(n));
  const campaigns: WaitingCampaign[] = [];
  let accountId = '';
  for (let n = 0; n < campaignCount; n++) {
    if (n % 2 === 0) accountId = await openOne(accountCount + n);
    // None of the endings that mean something to the operator: one of them is a handset that opts out.
    const numbers = Array.from({ length: recipientsOf(n) }, (_, place) => `+25571301${String(place).padStart(4, '0')}`);
    const { id: campaignId } = await sms.campaigns.create(accountId, { name: String(n), text: 'Punguzo', numbers });
    campaigns.push({ accountId, campaignId, phone: phoneOf(n, '0789', random), answered: false });
  }
  await sms.stop();
  return { accounts, campaigns };
}

/** A payer nobody else is, whose last three digits decide what comes of it. */
function phoneOf(n: number, prefix: string, random: SeededRandom): string {
  const ending = random.happens(0.5) ? String(random.between(0, 899)).padStart(3, '0') : random.pick(endings);
  return `${prefix}${String(n % 1_000).padStart(3, '0')}${ending}`;
}

function ordersFor(accounts: readonly string[], random: SeededRandom): Order[] {
  return Array.from({ length: paymentCount }, (_, n) => {
    const phone = phoneOf(n, `07${10 + (Math.floor(n / 1_000) % 70)}`, random);
    const credits = random.between(60, 300) * 1_000;
    return { accountId: random.pick(accounts), key: `order-${n}`, credits, phone, answered: undefined };
  });
}

interface Customers {
  random: SeededRandom;
  accounts: readonly string[];
  topUps: Map<string, { accountId: string; credits: number }>;
  campaigns: WaitingCampaign[];
  /** What those began with who were let in meanwhile, as far as it was answered. */
  opened: { accountId: string; credits: number }[];
}

/**
 * Customers who are let in with first credits, order, send, have campaigns paid for and are topped up at the same time,
 * until all is ordered or the till has died.
 */
async function feed(
  till: TillProcess,
  orders: readonly Order[],
  { random, accounts, topUps, campaigns, opened }: Customers,
): Promise<void> {
  const lacking = campaigns.filter(({ answered }) => !answered);
  const waiting = orders.filter(({ answered }) => answered === undefined);
  const work = async (): Promise<void> => {
    for (let order = waiting.shift(); order !== undefined; order = waiting.shift()) {
      if (random.happens(0.1)) {
        const reference = `01a1b2c3-0000-7000-8000-${String(topUps.size).padStart(12, '0')}`;
        const topUp = { accountId: random.pick(accounts), credits: random.between(1, 5) * 1_000 };
        topUps.set(reference, topUp);
        await till.ask({ kind: 'top up', reference, ...topUp });
      }
      if (random.happens(0.1)) await letIn(till, random.between(1, 5) * 1_000, opened);
      const campaign = random.happens(0.2) || waiting.length < lacking.length ? lacking.shift() : undefined;
      const { accountId, key, credits, phone } = order;
      const to = `+25571${String(random.between(0, 9_999_999)).padStart(7, '0')}`;
      const [answer, sent] = await Promise.all([
        till.ask({ kind: 'pay', accountId, key, credits, phone }),
        till.ask({ kind: 'send', accountId: random.pick(accounts), to }),
        ...(campaign ? [sendCampaign(till, campaign)] : []),
      ]);
      for (const { kind, reason } of [answer, sent].flatMap((one) => (one.kind === 'failed' ? [one] : []))) {
        assert.fail(`${kind}: ${reason}`);
      }
      if (sent.kind === 'refused') assert.equal(sent.code, 'insufficient_balance');
      if (answer.kind === 'paying') order.answered = answer.paymentId;
      else if (answer.kind === 'refused' && answer.code === 'upstream_rejected') order.answered = null;
      else assert.fail(`an order was answered ${JSON.stringify(answer)}`);
    }
  };
  // One that settles what others have left may die of it before it is at work.
  const atWork = await till.ready.then(
    () => true,
    () => false,
  );
  if (!atWork) return;
  const done = await Promise.allSettled(Array.from({ length: atOnce }, work));
  for (const one of done) if (one.status === 'rejected' && !(one.reason instanceof ProcessEnded)) throw one.reason;
}

/** A new customer's first credits, which are spent at once by more sends than they are for. */
async function letIn(till: TillProcess, credits: number, opened: Customers['opened']): Promise<void> {
  const answer = await till.ask({ kind: 'open', credits });
  if (answer.kind !== 'opened') assert.fail(JSON.stringify(answer));
  const { accountId } = answer;
  opened.push({ accountId, credits });
  const to = '+255713012345';
  const sends = Array.from({ length: credits / 1_000 + 2 }, () => till.ask({ kind: 'send', accountId, to }));
  const accepted = (await Promise.all(sends)).filter(({ kind }) => kind === 'done');
  assert.equal(accepted.length, credits / 1_000, 'as many sends as there were credits for');
}

/** Sends a campaign whose owner lacks the credit. Who asks again hears that it waits, or was sent, already. */
async function sendCampaign(till: TillProcess, campaign: WaitingCampaign): Promise<void> {
  const { accountId, campaignId, phone } = campaign;
  const answer = await till.ask({ kind: 'send campaign', accountId, campaignId, phone });
  const isFair = answer.kind === 'done' || (answer.kind === 'refused' && fairRefusals.includes(answer.code));
  assert.ok(isFair, `a campaign was answered ${JSON.stringify(answer)}`);
  campaign.answered = true;
}

/** It was sent already; the wallet will not ask this phone; it was topped up while it was refused. */
const fairRefusals = ['conflict', 'upstream_rejected', 'insufficient_balance'];

/** Whoever told of a payment and never heard an answer tells again; it is paid in once. */
async function repeatTopUps(till: TillProcess, topUps: Customers['topUps']): Promise<void> {
  for (const [reference, topUp] of topUps) {
    assert.deepEqual(await till.ask({ kind: 'top up', reference, ...topUp }), { kind: 'done' });
  }
}

/** Every payment has ended as the wallet has it, and the books say the same. */
async function assertSettled(
  database: TestDatabase,
  orders: readonly Order[],
  { walletUrl, customers }: { walletUrl: string; customers: Customers },
): Promise<string> {
  const { topUps, campaigns } = customers;
  const sms = await createSms({ database: database.options, transports: [], migrate: false });
  const wallet = zenoPay({ apiKey, url: walletUrl });
  try {
    const accounts = [...new Set([...orders, ...campaigns].map(({ accountId }) => accountId))];
    let payments: Payment[] = [];
    await eventually(
      async () => {
        payments = (await Promise.all(accounts.map((accountId) => allPayments(sms, accountId)))).flat();
        const open = payments.filter(({ endedAt }) => endedAt === null);
        assert.deepEqual(
          open.map(({ state, payer }) => `${state} ${payer.slice(-3)}`),
          [],
          'payments that are open',
        );
      },
      20_000,
      250,
    );
    await assertEnds(payments, wallet);
    const known = new Set(payments.map(({ id }) => id));
    const promised = orders.flatMap(({ answered }) => (answered === undefined || answered === null ? [] : [answered]));
    assert.equal(new Set(promised).size, promised.length, 'two orders were answered with one payment');
    for (const id of promised) assert.ok(known.has(id), `the payment ${id} was promised and is gone`);
    const ended = await assertCampaignsEnded(sms, campaigns);
    const told = await allTold(sms);
    const waits = told.get('campaign.awaiting_funds') ?? [];
    assert.equal(payments.length, orders.length + waits.length, 'as many payments as orders and campaigns that waited');
    const { transfers } = await assertInvariants(database);
    const credited = transfers.filter(({ kind }) => kind === 'top_up');
    const bySubject = new Map(credited.map((transfer) => [transfer.subject_id, transfer]));
    assert.equal(bySubject.size, credited.length);
    const completed = payments.filter(({ state }) => state === 'completed');
    for (const { id, accountId, credits } of completed) {
      const transfer = bySubject.get(id);
      assert.deepEqual([transfer?.account_id, transfer?.amount], [accountId, credits], `the credit of ${id}`);
    }
    // Each account's first credits are of a subject of their own. Of those let in some were never answered of.
    const others = [...payments.map(({ id }) => id), ...topUps.keys()];
    const first = credited.filter(({ subject_id: subject }) => !others.includes(subject));
    assert.equal(new Set(first.map(({ account_id: account }) => account)).size, first.length, 'first credits, twice');
    assert.equal(credited.length, completed.length + topUps.size + first.length, 'credits that nobody has paid');
    for (const { accountId, credits } of customers.opened) {
      assert.equal(first.find(({ account_id: account }) => account === accountId)?.amount, credits);
    }
    assert.deepEqual(told.get('payment.completed')?.sort(), completed.map(({ id }) => id).sort());
    assert.equal(new Set(told.get('campaign.started')).size, told.get('campaign.started')?.length, 'started twice');
    return ended;
  } finally {
    await wallet.close?.();
    await sms.stop();
  }
}

async function allPayments(sms: Sms, accountId: string): Promise<Payment[]> {
  const { payments, total } = await sms.payments.list(accountId, {}, { limit: 10_000, offset: 0 });
  assert.equal(payments.length, total);
  return payments;
}

async function assertEnds(payments: readonly Payment[], wallet: MobileMoney): Promise<void> {
  const never = new AbortController().signal;
  for (const { id, walletOrderId, state, failureCode, failureDetail, amount, payer } of payments) {
    const order = await wallet.query(walletOrderId, never);
    const due: readonly PaymentState[] =
      order.kind !== 'found'
        ? // Its process died before it was placed, the wallet refused it, or it was lost on the way.
          ['expired', 'failed']
        : order.status === 'pending'
          ? ['expired']
          : order.status === 'completed' && order.amount !== amount
            ? ['failed']
            : [order.status];
    assert.ok(
      due.includes(state),
      `payment ${id} of …${payer.slice(-3)} is ${state} and should be ${due.join(' or ')}`,
    );
    assert.ok(!failureDetail?.includes('Duplicate'), `payment ${id} was started twice`);
    if (payer.endsWith('909') && order.kind === 'found') assert.equal(failureCode, 'amount_mismatch');
  }
}

/** Every campaign was sent to each of its recipients once, or is a draft of which nothing has left. */
async function assertCampaignsEnded(sms: Sms, campaigns: readonly WaitingCampaign[]): Promise<string> {
  const ends = new Map<string, number>();
  for (const [n, { accountId, campaignId }] of campaigns.entries()) {
    let campaign: Campaign | undefined;
    await eventually(
      async () => {
        ({ campaign } = await sms.campaigns.get(accountId, campaignId));
        assert.ok(campaign.state === 'completed' || campaign.state === 'draft', `campaign ${n} is ${campaign.state}`);
      },
      30_000,
      250,
    );
    const { messages } = await sms.campaigns.messages(accountId, campaignId, {}, { limit: 1_000, offset: 0 });
    const expected = campaign?.state === 'completed' ? recipientsOf(n) : 0;
    assert.equal(messages.length, expected, `the messages of campaign ${n}`);
    assert.equal(new Set(messages.map(({ recipient }) => recipient)).size, expected);
    const end = campaign?.reason ?? campaign?.state ?? '';
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return [...ends].map(([end, count]) => `${count} ${end}`).join(', ');
}

/** What everybody was told: whom each type of event was about. */
async function allTold(sms: Sms): Promise<Map<string, string[]>> {
  const told = new Map<string, string[]>();
  for (let cursor: string | undefined; ;) {
    const events = await sms.events.after(null, cursor, 1_000);
    for (const { type, subjectId } of events) told.set(type, [...(told.get(type) ?? []), subjectId]);
    cursor = events.at(-1)?.cursor;
    if (events.length < 1_000) return told;
  }
}
