import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createSms, operatorScript, scriptedEnd, type DomainEvent, type MessageState, type Sms } from '@ujumbe/core';
import { createSmscSimulator, smppTransport, type SmscSimulator, type SmppTransport } from '@ujumbe/smpp-adapter';
import { MovableClock, openAccount } from '../../contracts/platform.js';
import { storedRows } from '../../contracts/stored-rows.js';
import { eventually } from '../../faults/eventually.js';
import { SeededRandom, seedOf } from '../../faults/seeded-random.js';
import { assertEveryStepWasTold } from '../../faults/told-events.js';
import { describeOnDatabases, type TestDatabase } from '../../support/databases.js';
import { freePort } from '../../support/free-ports.js';
import { assertInvariants } from '../../support/ledger-invariants.js';
import { OperatorBook } from './operator-book.js';

const messageCount = 300;
const deaths = Number(process.env.CRASH_ROUNDS ?? 6);
const window = 10;
const validityMs = 600_000;
/** What most numbers ask of the operator is nothing. */
const endings = ['000', '000', '000', '000', '901', '902', '903', '904', '906', '907', '908', '908'];

describeOnDatabases('an operator that dies with full windows and tells receipts as it likes', (open) => {
  let sms: Sms;
  let smsc: SmscSimulator;
  let transport: SmppTransport;
  let database: TestDatabase;
  const clock = new MovableClock();
  const heard: DomainEvent[] = [];
  const book = new OperatorBook();

  before(async () => {
    database = await open();
    // One that comes back has to come back where it was.
    smsc = createSmscSimulator({ port: await freePort(), slowMs: 40, delayMs: 30, onSubmit: book.write });
    transport = smppTransport({
      name: 'operator',
      host: '127.0.0.1',
      port: await smsc.start(),
      systemId: 'ujumbe',
      password: 'secret',
      binds: { kind: 'tx+rx', count: 2 },
      window,
      timers: { reconnectMinMs: 20, reconnectMaxMs: 100, responseMs: 1_000 },
    });
    sms = await createSms({
      database: database.options,
      transports: [transport],
      receiptGraceMs: 1_000,
      secret: Buffer.alloc(32).toString('base64'),
      ports: { clock },
    });
    sms.on('*', (event) => void heard.push(event));
    await sms.start();
  });
  after(async () => {
    await sms.stop();
    await smsc.stop();
  });

  it('brings every message to one end, handed over once and charged once', async () => {
    const random = new SeededRandom(seedOf('deaths of the operator', 'SMPP_OPERATOR_SEED'));
    const to = Array.from(
      { length: messageCount },
      (_, index) => `+255712${String(index).padStart(3, '0')}${random.pick(endings)}`,
    );
    await sms.send(await openAccount(sms), { to, message: 'Habari', validityMs });
    let mostInFlight = 0;
    for (let death = 1; death <= deaths; death++) {
      await handedMore(random.between(10, 40));
      mostInFlight = Math.max(mostInFlight, ...transport.binds().map(({ inFlight }) => inFlight));
      if (random.happens(0.5)) {
        smsc.dropConnections();
      } else {
        await smsc.stop();
        await pause(random.between(10, 300));
        await smsc.start();
      }
    }
    await eventually(
      async () => {
        const waiting = (await states()).filter(({ state }) => state === 'queued');
        assert.equal(waiting.length, 0, 'messages in the queue');
        assert.equal(smsc.counts().outstanding, 0);
      },
      20_000,
      200,
    );
    // Nothing more is to be heard of the rest.
    clock.move(validityMs + 10_000);
    await eventually(async () => assert.ok((await states()).every(({ state }) => isAnEnd(state))), 20_000, 200);

    assert.equal(mostInFlight, window, 'some window was full when the operator died');
    book.assertNothingTwice();
    assertScriptedEnds(await states());
    const { messages } = await assertInvariants(database);
    await eventually(() => assertEveryStepWasTold(messages, heard), 10_000);
    console.log(
      `      ${messages.length} messages, ${book.handed.size} handed over, ${smsc.counts().repeated} repeated`,
    );
  });

  /** Resolves in the turn in which the operator gets so many more messages, before it answers the last of them. */
  function handedMore(count: number): Promise<void> {
    let left = count;
    return new Promise((resolve) => {
      book.onHanded = () => {
        if (--left === 0) resolve();
      };
    });
  }

  const states = async (): Promise<{ to: string; state: MessageState }[]> =>
    (await storedRows(database, 'sms_messages')).map(({ recipient, state }) => ({
      to: String(recipient),
      state: state as MessageState,
    }));

  /** What the operator had ended as its number asks; of what it never had nobody knows, and it is not sent again. */
  function assertScriptedEnds(ended: readonly { to: string; state: MessageState }[]): void {
    for (const { to, state } of ended) {
      const script = operatorScript(to);
      const wasHanded = book.handed.has(to.slice(1));
      if (script === 'rejected at submit') assert.ok(state === 'rejected' || state === 'unknown', `${to} is ${state}`);
      else assert.equal(state, wasHanded ? (scriptedEnd(script) ?? 'unknown') : 'unknown', `${to}, "${script}"`);
    }
  }
});

const isAnEnd = (state: MessageState): boolean => !['scheduled', 'queued', 'submitted', 'enroute'].includes(state);
