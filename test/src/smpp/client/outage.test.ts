import assert from 'node:assert/strict';
import { createSms, type Sms } from '@ujumbe/core';
import { createSmscSimulator, smppTransport, type SmscSimulator, type SmppTransport } from '@ujumbe/smpp-adapter';
import { eventually } from '../../contracts/eventually.js';
import { newNumber, openAccount } from '../../contracts/platform.js';
import { storedRows } from '../../contracts/stored-rows.js';
import { describeOnDatabases, type TestDatabase } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';

const messages = 400;

describeOnDatabases('an operator over SMPP that goes away and comes back', (open) => {
  let sms: Sms;
  let smsc: SmscSimulator;
  let transport: SmppTransport;
  let database: TestDatabase;
  /** Submits the operator took or may have taken, by destination. */
  let taken: Map<string, number>;

  async function start(options: Parameters<typeof createSmscSimulator>[0]): Promise<void> {
    database = await open();
    taken = new Map();
    smsc = createSmscSimulator({
      delayMs: 20,
      onSubmit: ({ body, status }) => {
        if (status === 0) taken.set(body.destination_addr, (taken.get(body.destination_addr) ?? 0) + 1);
      },
      ...options,
    });
    transport = smppTransport({
      name: 'operator',
      host: '127.0.0.1',
      port: await smsc.start(),
      systemId: 'ujumbe',
      password: 'secret',
      window: 20,
      binds: { kind: 'trx', count: 2 },
      timers: { reconnectMinMs: 50, reconnectMaxMs: 200, responseMs: 2_000 },
    });
    const secret = Buffer.alloc(32).toString('base64');
    sms = await createSms({ database: database.options, transports: [transport], secret });
    await sms.start();
  }
  afterEach(async () => {
    await sms.stop();
    await smsc.stop();
    await assertInvariants(database);
  });

  async function sendAll(count = messages): Promise<string> {
    const account = await openAccount(sms);
    await sms.send(account, { to: Array.from({ length: count }, () => newNumber()), message: 'Habari' });
    return account;
  }

  const states = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const { state } of await storedRows(database, 'sms_messages')) {
      counts[String(state)] = (counts[String(state)] ?? 0) + 1;
    }
    return counts;
  };

  it('with a full window: nothing is lost and nothing is sent twice', async () => {
    // Slow enough that both windows are full whenever it dies.
    await start({ slowMs: 60 });
    await sendAll();
    for (const deaths of [1, 2, 3]) {
      await eventually('work in flight', () => taken.size >= deaths * 60);
      smsc.dropConnections();
    }
    // What was on the wire when it died was not taken, and nobody can tell: it waits for a receipt that never comes.
    await eventually(
      'an end of what can end',
      async () => {
        const { delivered = 0, submitted = 0 } = await states();
        return delivered === taken.size && delivered + submitted === messages;
      },
      45_000,
    );
    assert.ok(messages - taken.size <= transport.counts().unknown, 'what was not taken is not known to be unanswered');
    assert.ok(taken.size > messages / 2, `only ${taken.size} were taken`);
    assert.deepEqual(
      [...taken.values()].filter((times) => times !== 1),
      [],
    );
    assert.ok(transport.counts().unknown > 0, 'no window was full');
  });

  it('at every so many-th submit', async () => {
    await start({ dropEvery: 37 });
    await sendAll(150);
    // The submit that ended the connection was not taken, and nobody can tell: it waits for a receipt that never comes.
    await eventually('an end of what can end', async () => {
      const { delivered = 0, submitted = 0 } = await states();
      return delivered === taken.size && delivered + submitted === 150;
    });
    assert.deepEqual(
      [...taken.values()].filter((times) => times !== 1),
      [],
    );
    assert.equal((await states()).submitted ?? 0, 150 - taken.size);
  });

  it('for as long as it takes to restart', async () => {
    await start({});
    const { port } = smsc;
    await smsc.stop();
    await eventually('trouble', () => transport.trouble() !== null);
    assert.match(transport.trouble()!, /No SMPP bind of operator is up/);
    await sendAll(50);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(taken.size, 0);
    const again = createSmscSimulator({
      port: port!,
      delayMs: 20,
      onSubmit: ({ body }) => taken.set(body.destination_addr, 1),
    });
    await again.start();
    smsc = again;
    await eventually('all delivered', async () => (await states()).delivered === 50, 30_000);
    assert.equal(transport.trouble(), null);
  });

  it('throttles, and is given as much as it takes', async () => {
    await start({ tps: 80 });
    await sendAll(250);
    await eventually('all delivered', async () => (await states()).delivered === 250, 45_000);
    assert.ok(transport.counts().throttled > 0, 'it was never too fast');
    assert.deepEqual(
      [...taken.values()].filter((times) => times !== 1),
      [],
    );
  });
});
