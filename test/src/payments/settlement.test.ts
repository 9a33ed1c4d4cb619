import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createSms, zenoPay, type MobileMoney, type Payment, type PaymentState, type Sms } from '@ujumbe/core';
import { createSimulatedZenoPay } from 'ujumbe';
import { eventually } from '../faults/eventually.js';
import { SeededRandom, seedOf } from '../faults/seeded-random.js';
import { describeOnDatabases, type TestDatabase } from '../support/databases.js';
import { assertInvariants } from '../support/ledger-invariants.js';
import { RestlessRelay } from './restless-relay.js';
import type { TillSettings } from './till-messages.js';
import { killTills, TillEnded, TillProcess } from './till-process.js';

const paymentCount = Number(process.env.PAYMENTS ?? 1_200);
const rounds = Number(process.env.PAYMENT_ROUNDS ?? 6);
const atOnce = 24;
const accountCount = 40;
const firstCredits = 3_000;
const apiKey = 'a-key-of-tests';
/** Each till's clock is that far ahead of the one before: the leases and waits of those who died are over. */
const stepMs = 60_000;
const endings = ['901', '902', '903', '904', '905', '906', '907', '908', '909', '910', '911'];

interface Order {
  accountId: string;
  key: string;
  credits: number;
  phone: string;
  /** What it was answered: the payment, or that it was refused. Unknown while nobody has answered. */
  answered: string | 'refused' | undefined;
}

describeOnDatabases('payments whose processes are killed and whose callbacks are not to be relied on', (open) => {
  after(killTills);

  it('are credited once each, as the wallet has them, and never leave a balance below nought', async function () {
    this.timeout(120_000 + paymentCount * 50);
    const random = new SeededRandom(seedOf('payments', 'PAYMENT_SEED'));
    const database = await open();
    const simulated = createSimulatedZenoPay({ apiKey, delayMs: 30, slowMs: 400 });
    const walletUrl = `http://127.0.0.1:${await simulated.start()}`;
    let till: TillProcess | undefined;
    const relay = new RestlessRelay(random, () => till);
    const settings = { database: database.options, walletUrl, apiKey, apiUrl: await relay.start() };
    const accounts = await openAccounts(database);
    const orders = ordersFor(accounts, random);
    const topUps = new Map<string, { accountId: string; credits: number }>();
    try {
      for (let round = 0; round < rounds; round++) {
        const share = orders.slice(
          Math.floor((round * orders.length) / rounds),
          Math.floor(((round + 1) * orders.length) / rounds),
        );
        till = new TillProcess({ ...settings, aheadMs: round * stepMs, ...deathOf(random, share.length) });
        await till.ready;
        const working = feed(till, share, { random, accounts, topUps });
        await Promise.race([working, till.ended]);
        if (till.isRunning) await pause(random.between(0, 300));
        await till.kill();
        await working;
      }
      till = new TillProcess({ ...settings, aheadMs: rounds * stepMs });
      await till.ready;
      // Customers who never heard an answer ask again.
      await feed(till, orders, { random, accounts, topUps });
      await repeatTopUps(till, topUps);
      // Payers who are slow have paid by then, and what nobody answers expires.
      await pause(500);
      await till.stop();
      till = new TillProcess({ ...settings, aheadMs: rounds * stepMs + 11 * 60_000 });
      await till.ready;
      await assertSettled(database, orders, { walletUrl, topUps });
      await till.stop();
      assert.deepEqual(relay.believed, [], 'forged callbacks that were believed');
      const { passed, lost, repeated, delayed, forged, processed } = relay.counts;
      assert.ok(Math.min(lost, repeated, delayed, forged, processed) > 0, 'the relay did nothing');
      console.log(
        `      ${orders.length} orders, ${simulated.placed()} at the wallet; callbacks: ${passed} passed on, ${lost} lost, ${repeated} repeated, ${delayed} delayed, ${forged} forged`,
      );
    } finally {
      await killTills();
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

async function openAccounts({ options }: TestDatabase): Promise<string[]> {
  const sms = await createSms({ database: options, transports: [] });
  const ids: string[] = [];
  for (let n = 0; n < accountCount; n++) {
    const customer = { name: `Duka ${n}`, country: 'TZ', currency: 'TZS', sender: 'DUKA', credits: firstCredits };
    ids.push((await sms.accounts.open(customer)).account.id);
  }
  await sms.stop();
  return ids;
}

function ordersFor(accounts: readonly string[], random: SeededRandom): Order[] {
  return Array.from({ length: paymentCount }, (_, n) => {
    const ending = random.happens(0.5) ? String(random.between(0, 899)).padStart(3, '0') : random.pick(endings);
    const phone = `07${String(10 + (Math.floor(n / 1_000) % 80))}${String(n % 1_000).padStart(3, '0')}${ending}`;
    const credits = random.between(60, 300) * 1_000;
    return { accountId: random.pick(accounts), key: `order-${n}`, credits, phone, answered: undefined };
  });
}

interface Customers {
  random: SeededRandom;
  accounts: readonly string[];
  topUps: Map<string, { accountId: string; credits: number }>;
}

/** Customers who order, send and are topped up at the same time, until all is ordered or the till has died. */
async function feed(
  till: TillProcess,
  orders: readonly Order[],
  { random, accounts, topUps }: Customers,
): Promise<void> {
  const waiting = orders.filter(({ answered }) => answered === undefined);
  const work = async (): Promise<void> => {
    for (let order = waiting.shift(); order !== undefined; order = waiting.shift()) {
      const send = till.ask({
        kind: 'send',
        accountId: random.pick(accounts),
        to: `+25571${String(random.between(0, 9_999_999)).padStart(7, '0')}`,
      });
      if (random.happens(0.1)) {
        const reference = `01a1b2c3-0000-7000-8000-${String(topUps.size).padStart(12, '0')}`;
        const topUp = { accountId: random.pick(accounts), credits: random.between(1, 5) * 1_000 };
        topUps.set(reference, topUp);
        await till.ask({ kind: 'top up', reference, ...topUp });
      }
      const { accountId, key, credits, phone } = order;
      const [answer, sent] = await Promise.all([till.ask({ kind: 'pay', accountId, key, credits, phone }), send]);
      for (const { kind, reason } of [answer, sent].flatMap((one) => (one.kind === 'failed' ? [one] : []))) {
        assert.fail(`${kind}: ${reason}`);
      }
      if (sent.kind === 'refused') assert.equal(sent.code, 'insufficient_balance');
      if (answer.kind === 'paying') order.answered = answer.paymentId;
      else if (answer.kind === 'refused' && answer.code === 'upstream_rejected') order.answered = 'refused';
      else assert.fail(`an order was answered ${JSON.stringify(answer)}`);
    }
  };
  const done = await Promise.allSettled(Array.from({ length: atOnce }, work));
  for (const one of done) if (one.status === 'rejected' && !(one.reason instanceof TillEnded)) throw one.reason;
}

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
  { walletUrl, topUps }: { walletUrl: string; topUps: Customers['topUps'] },
): Promise<void> {
  const sms = await createSms({ database: database.options, transports: [], migrate: false });
  const wallet = zenoPay({ apiKey, url: walletUrl });
  try {
    const accounts = [...new Set(orders.map(({ accountId }) => accountId))];
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
    const promised = orders.flatMap(({ answered }) =>
      answered === undefined || answered === 'refused' ? [] : [answered],
    );
    assert.equal(new Set(promised).size, promised.length, 'two orders were answered with one payment');
    for (const id of promised) assert.ok(known.has(id), `the payment ${id} was promised and is gone`);
    assert.equal(payments.length, orders.length, 'as many payments as orders');
    const { transfers } = await assertInvariants(database);
    const credited = transfers.filter(({ kind }) => kind === 'top_up');
    const bySubject = new Map(credited.map((transfer) => [transfer.subject_id, transfer]));
    assert.equal(bySubject.size, credited.length);
    const completed = payments.filter(({ state }) => state === 'completed');
    for (const { id, accountId, credits } of completed) {
      const transfer = bySubject.get(id);
      assert.deepEqual([transfer?.account_id, transfer?.amount], [accountId, credits], `the credit of ${id}`);
    }
    assert.equal(credited.length, completed.length + topUps.size + accountCount, 'credits that nobody has paid');
    await assertTold(sms, completed);
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

/** Everybody was told of every payment that was credited, once. */
async function assertTold(sms: Sms, completed: readonly Payment[]): Promise<void> {
  const told: string[] = [];
  for (let cursor: string | undefined; ;) {
    const events = await sms.events.after(null, cursor, 1_000);
    told.push(...events.flatMap(({ type, subjectId }) => (type === 'payment.completed' ? [subjectId] : [])));
    cursor = events.at(-1)?.cursor;
    if (events.length < 1_000) break;
  }
  assert.deepEqual(told.sort(), completed.map(({ id }) => id).sort());
}
