import assert from 'node:assert/strict';
import { simulator } from '@ujumbe/core';
import { openPlatform } from '../../contracts/platform.js';
import { storedRows } from '../../contracts/stored-rows.js';
import { eventually } from '../../faults/eventually.js';
import { SeededRandom, seedOf } from '../../faults/seeded-random.js';
import { describeOnDatabases } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';
import { Esme, receiptedId } from '../server/esme.js';
import { newDigits, openCustomer, serve, type Customer, type ServedPlatform } from '../server/served-platform.js';

const deaths = Number(process.env.CRASH_ROUNDS ?? 5);
const submitsPerLife = 25;
const window = 10;

/** What an ESME remembers over its deaths. */
interface Memory {
  submitted: Set<string>;
  answered: Set<string>;
  /** Told, and not answered when it died. */
  leftOpen: Set<string>;
}

describeOnDatabases('an ESME that dies with a full window of receipts', (open) => {
  let served: ServedPlatform;
  before(async () => {
    const platform = await openPlatform(await open(), { transports: [simulator({ delayMs: 20 })] });
    await platform.sms.start();
    served = await serve(platform, { limits: { offerAgainMs: [100, 1_000] }, session: { windowSize: window } });
  });
  afterEach(() => Esme.closeAll());
  after(async () => {
    await served.server.stop({ deadlineMs: 2_000 });
    await served.sms.stop({ deadlineMs: 2_000 });
    const { messages } = await assertInvariants(served.database);
    assert.ok(messages.every(({ state }) => state === 'delivered'));
  });

  for (const [title, hasOther] of [
    ['is told all of them again when it binds again', false],
    ['has none of them lost when another session of its lives on', true],
  ] as const) {
    it(title, async () => {
      const random = new SeededRandom(seedOf('deaths of an ESME', 'SMPP_ESME_SEED'));
      const customer = await openCustomer(served);
      const memory: Memory = { submitted: new Set(), answered: new Set(), leftOpen: new Set() };
      const takeAll: Esme['answer'] = (pdu) => {
        const id = receiptedId(pdu) ?? 'none';
        memory.answered.add(id);
        return 0;
      };
      if (hasOther) await bind(served, customer, takeAll);
      for (let death = 1; death <= deaths; death++) await liveAndDie(served, customer, memory, random);
      const last = await bind(served, customer, takeAll);

      const isUntaken = (id: string): boolean => !memory.answered.has(id);
      await eventually(() => assert.deepEqual([...memory.submitted].filter(isUntaken), [], 'never taken'), 15_000);
      await eventually(async () => assert.equal(await served.sms.esme.waiting(customer.accountId), 0), 5_000);
      const toldAtLast = last.deliveries.map(receiptedId);
      assert.equal(new Set(toldAtLast).size, toldAtLast.length, 'what was answered is told again');
      const stored = await storedRows(served.database, 'sms_esme_messages');
      assert.equal(stored.filter(({ account_id: id }) => id === customer.accountId).length, memory.submitted.size);
      console.log(`      ${memory.submitted.size} submitted, ${memory.leftOpen.size} without an answer at a death`);
    });
  }
});

/** Submits, answers some receipts and leaves others, until its window is full of those; then its connection is gone. */
async function liveAndDie(
  served: ServedPlatform,
  customer: Customer,
  { submitted, answered, leftOpen }: Memory,
  random: SeededRandom,
): Promise<void> {
  const open = new Set<string>();
  const esme = await bind(served, customer, (pdu) => {
    const id = receiptedId(pdu) ?? 'none';
    if (random.happens(0.2)) {
      answered.add(id);
      return 0;
    }
    open.add(id);
    return undefined;
  });
  const responses = await Promise.all(
    Array.from({ length: submitsPerLife }, () => esme.submit({ destination_addr: newDigits() })),
  );
  for (const { status, body } of responses) {
    assert.equal(status, 0);
    submitted.add(body.message_id);
  }
  await eventually(() => assert.equal(open.size, window, 'a window full of receipts'), 10_000, 5);
  esme.socket.destroy();
  for (const id of open) leftOpen.add(id);
}

/** Knows what to answer before it binds, because receipts come at once. */
async function bind({ port }: ServedPlatform, customer: Customer, answer: Esme['answer']): Promise<Esme> {
  const esme = await Esme.connect(port);
  esme.answer = answer;
  assert.equal((await esme.bind(customer)).status, 0);
  return esme;
}
