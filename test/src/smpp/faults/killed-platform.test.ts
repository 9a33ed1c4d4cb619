import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createSms, type MessageState } from '@ujumbe/core';
import { createSmscSimulator, receiptStats, type SmscSimulator } from '@ujumbe/smpp-adapter';
import { storedRows } from '../../contracts/stored-rows.js';
import { eventually } from '../../faults/eventually.js';
import { SeededRandom, seedOf } from '../../faults/seeded-random.js';
import { describeOnDatabases, type TestDatabase } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';
import { OperatorBook } from './operator-book.js';
import type { PlatformSettings } from './platform-messages.js';
import { killPlatforms, PlatformProcess } from './platform-process.js';
import { RestlessEsme, type EsmeAccount } from './restless-esme.js';

const rounds = Number(process.env.CRASH_ROUNDS ?? 3);
/** Longer than the lease of a process that was killed. */
const awayMs = 20_000;
/** Longer than a message's validity, and than what a part waits for the others. */
const muchLaterMs = 400_000;

describeOnDatabases('a platform between ESME and operator that is killed at any moment', (open) => {
  let smsc: SmscSimulator | undefined;
  let opened: RestlessEsme | undefined;
  afterEach(async () => {
    await opened?.stop();
    await killPlatforms();
    await smsc?.stop();
  });

  it('keeps what it has answered, tells every receipt, and hands nothing over twice', async () => {
    const random = new SeededRandom(seedOf('crashes over SMPP', 'SMPP_CRASH_SEED'));
    const database = await open();
    const book = new OperatorBook();
    smsc = createSmscSimulator({ slowMs: 25, delayMs: 40, onSubmit: book.write });
    const account = await openAccount(database);
    const settings = { database: database.options, operatorPort: await smsc.start(), smppPort: 0, aheadMs: 0 };
    let platform = new PlatformProcess(settings);
    settings.smppPort = await platform.ready;
    const esme = (opened = new RestlessEsme(settings.smppPort, account, random));
    esme.start();

    for (let round = 1; round <= rounds; round++) {
      await killAtSomeMoment(platform, { esme, book, random });
      settings.aheadMs += awayMs;
      platform = new PlatformProcess(settings);
    }
    await drain(platform, { settings, smsc, esme, database, book });

    const { messages } = await assertInvariants(database);
    book.assertNothingTwice();
    await assertKept(database, esme, book);
    const unknown = messages.filter(({ state }) => state === 'unknown').length;
    const { submissions, answered } = esme;
    console.log(
      `      ${submissions.length} submitted, ${answered.length} answered, ${messages.length} messages, ${unknown} unknown`,
    );
  });
});

interface World {
  settings: PlatformSettings;
  smsc: SmscSimulator;
  esme: RestlessEsme;
  database: TestDatabase;
  book: OperatorBook;
  random: SeededRandom;
}

const moments = ['at its start', 'at work', 'when the operator is handed a message', 'when the ESME is told'] as const;

/** Kills it while it starts, while it works, or between a request of its own and the answer. */
async function killAtSomeMoment(
  platform: PlatformProcess,
  { esme, book, random }: Pick<World, 'esme' | 'book' | 'random'>,
): Promise<void> {
  const moment = random.pick(moments);
  if (moment === 'at its start') {
    await pause(random.between(50, 600));
    await platform.kill();
    return;
  }
  const before = esme.answered.length;
  await eventually(() => assert.ok(esme.answered.length > before, 'it is bound and submits'), 10_000, 5);
  if (moment === 'at work') {
    await pause(random.between(100, 1_000));
    await platform.kill();
    return;
  }
  let left = random.between(1, 150);
  await new Promise<void>((resolve) => {
    const count = (): void => {
      if (--left === 0) resolve(platform.kill());
    };
    if (moment === 'when the ESME is told') esme.onTold = count;
    else book.onHanded = count;
  });
}

/** Lets it finish, and another after it when nothing more can be expected of anybody. */
async function drain(
  survivor: PlatformProcess,
  { settings, smsc, esme, database, book }: Omit<World, 'random'>,
): Promise<void> {
  await survivor.ready;
  await eventually(() => assert.equal(smsc.counts().binds, 2), 10_000);
  await pause(300);
  esme.submitNoMore();
  await eventually(
    async () => {
      assert.equal(await inState(database, 'queued'), 0, 'messages in the queue');
      assert.equal(smsc.counts().outstanding, 0, 'receipts of the operator');
      // Those of submits whose answer no process lived to hear are matched by what the operator echoes of the id.
      for (const [destination, states] of statesByDestination(await storedRows(database, 'sms_messages'))) {
        if (states.length === 1 && book.handed.has(destination)) assert.deepEqual(states, ['delivered'], destination);
      }
    },
    20_000,
    200,
  );
  await survivor.stop();
  const last = new PlatformProcess({ ...settings, aheadMs: settings.aheadMs + muchLaterMs });
  await last.ready;
  await eventually(
    async () => {
      for (const { id, destination } of esme.answered)
        assert.ok(esme.told.has(id), `no receipt of ${id} (${destination})`);
      assert.deepEqual(await storedRows(database, 'sms_esme_parts'), []);
      assert.deepEqual(await storedRows(database, 'sms_esme_deliveries'), []);
    },
    20_000,
    200,
  );
  await last.stop();
}

/** Every submission that was answered 0 is a message, once, and what its receipts say last is what became of it. */
async function assertKept(database: TestDatabase, esme: RestlessEsme, book: OperatorBook): Promise<void> {
  const messages = await storedRows(database, 'sms_messages');
  const states = statesByDestination(messages);
  const byId = new Map(messages.map((message) => [String(message.id), message]));
  const messageOf = new Map(
    (await storedRows(database, 'sms_esme_messages')).map(({ id, message_id: messageId }) => [
      String(id),
      byId.get(String(messageId)),
    ]),
  );
  for (const { id, destination } of esme.answered) {
    const message = messageOf.get(id);
    assert.ok(message, `the submission ${id} was answered and is lost`);
    assert.equal(message.recipient, `+${destination}`);
    const { word } = receiptStats[message.state as MessageState];
    assert.equal(esme.told.get(id)?.at(-1), word, `what ${id} was told last`);
    // What the operator was handed is known by its receipt, whoever was killed; of what it was not nobody can know, and
    // it is never sent again. Where parts were sent one by one, some of them may have been handed over.
    const wasHanded = book.handed.has(destination);
    const isOneOfSeveral = (states.get(destination) ?? []).length > 1;
    const ends: unknown[] =
      wasHanded && isOneOfSeveral ? ['delivered', 'unknown'] : [wasHanded ? 'delivered' : 'unknown'];
    assert.ok(ends.includes(message.state), `${id} to ${destination} is ${String(message.state)}`);
  }
  for (const { destination, parts, status } of esme.submissions) {
    assert.ok(status === undefined || status === 0, `a submission was refused with ${status}`);
    // Parts whose others were lost with a connection are sent one by one in the end.
    assert.ok((states.get(destination) ?? []).length <= parts, `there are too many messages to ${destination}`);
  }
  const delivered = messages.filter(({ state }) => state === 'delivered').length;
  assert.ok(delivered > messages.length / 2, `only ${delivered} of ${messages.length} were delivered`);
}

function statesByDestination(messages: readonly Record<string, unknown>[]): Map<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const { recipient, state } of messages) {
    const destination = String(recipient).slice(1);
    groups.set(destination, [...(groups.get(destination) ?? []), state]);
  }
  return groups;
}

async function inState(database: TestDatabase, state: MessageState): Promise<number> {
  return (await storedRows(database, 'sms_messages')).filter((message) => message.state === state).length;
}

async function openAccount({ options }: TestDatabase): Promise<EsmeAccount> {
  const sms = await createSms({ database: options, transports: [] });
  const customer = { name: 'Bank', country: 'TZ', currency: 'TZS', sender: 'DUKA', credits: 1_000_000_000 };
  const { account, smppPassword } = await sms.accounts.open(customer);
  await sms.esme.configure(account.id, { segmentsPerSecond: 1_000 });
  await sms.stop();
  return { systemId: account.teamCode, password: smppPassword };
}
