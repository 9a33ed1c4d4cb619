import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSms, type RefundPolicy } from '@ujumbe/core';
import { killProcesses } from '../support/asked-process.js';
import { describeOnDatabases, type TestDatabase } from '../support/databases.js';
import { assertInvariants, Tables, type StoredMessage } from '../support/ledger-invariants.js';
import { eventually } from './eventually.js';
import { Feed } from './feed.js';
import { readOperatorLog, type OperatorSettings } from './logged-operator.js';
import { SeededRandom, seedOf } from './seeded-random.js';
import { assertEveryStepWasTold, readHeardEvents } from './told-events.js';
import type { WorkerSettings } from './worker-messages.js';
import { WorkerProcess } from './worker-process.js';

const rounds = Number(process.env.CRASH_ROUNDS ?? 8);
/** A worker's lease, the look for jobs of dead workers, and the sweep of the orphan box. */
const recoveryMs = 15_000 + 2_000 + 5_000;
/** Where the operator sends a message twice that it is handed twice, and where it does not. */
const oncePrefix = '+255712';
const againPrefix = '+255754';

describeOnDatabases('a worker that is killed at any moment', (open) => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ujumbe-crash-'));
  });
  after(killProcesses);
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has lost nothing and doubled nothing once another has taken over', async function () {
    this.timeout(120_000 + rounds * 3_000);
    const random = new SeededRandom(seedOf('crashes', 'CRASH_SEED'));
    const database = await open();
    const settings = settingsFor(database, folder, random);
    const feed = new Feed(random, await openAccounts(database), [
      { prefix: oncePrefix, validityMs: 5_000 },
      { prefix: againPrefix },
    ]);

    for (let round = 1; round <= rounds; round++) await crash(settings, feed, random);
    const survivor = new WorkerProcess(settings);
    await survivor.ready;
    await feed.finish(survivor);
    await assertRepeatsAreRecognised(survivor, feed);
    await settle(database, settings);
    await survivor.stop();

    const { messages } = await assertInvariants(database);
    const promised = [...feed.answered.values()].flatMap(({ ids }) => ids);
    assert.deepEqual(messages.map(({ id }) => id).sort(), promised.sort(), 'what was promised is what there is');
    assertSubmittedAtMostOnce(settings);
    console.log(`      ${promised.length} messages, ${summaryOf(messages)}`);
  });
});

/** Runs a worker under load until it is killed: while it works, while it starts, or at a submit. */
async function crash(settings: WorkerSettings, feed: Feed, random: SeededRandom): Promise<void> {
  const moment = random.pick(['at work', 'at work', 'at a submit', 'at a submit', 'at its start'] as const);
  const worker = new WorkerProcess({
    ...settings,
    seed: random.between(1, 2 ** 31),
    operators: moment === 'at a submit' ? settings.operators.map((one) => mortal(one, random)) : settings.operators,
  });
  if (moment === 'at its start') {
    await pause(random.between(50, 500));
  } else {
    await worker.ready;
    const fed = feed.keepBusy(worker, new AbortController().signal);
    await Promise.race([fed, pause(random.between(30, 900) + (moment === 'at a submit' ? 5_000 : 0))]);
  }
  await worker.kill();
}

function mortal(operator: OperatorSettings, random: SeededRandom): OperatorSettings {
  const when = random.pick(['before it is logged', 'after it is logged'] as const);
  return { ...operator, dieAt: { submits: random.between(1, 40), when } };
}

/** Waits until every message has its end, and everybody was told of it. */
async function settle(database: TestDatabase, settings: WorkerSettings): Promise<void> {
  const tables = new Tables(database);
  try {
    await eventually(async () => assert.deepEqual(await tables.unsettled(), []), recoveryMs + 20_000, 250);
    await eventually(
      async () => {
        const { messages } = await tables.read();
        assertEnds(messages, settings);
        assertEveryStepWasTold(messages, readHeardEvents(settings.eventFile ?? ''));
      },
      recoveryMs,
      1_000,
    );
  } finally {
    await tables.close();
  }
}

/** What the operator has in its log it delivered; what it never had was charged to nobody but who pays at once. */
function assertEnds(messages: readonly StoredMessage[], settings: WorkerSettings): void {
  const logged = new Set(settings.operators.flatMap(({ logFile }) => readOperatorLog(logFile)).map(({ id }) => id));
  for (const { id, state, route, hold_state: holdState, refund_policy: policy } of messages) {
    if (logged.has(id) || route === 'again') {
      assert.equal(state, 'delivered', `message ${id} to "${route}"`);
    } else {
      // Its worker died after it took the job and before it handed it over; nobody could know that.
      assert.ok(state === 'unknown' || state === 'expired', `message ${id}, never handed over, is ${state}`);
      assert.equal(holdState, policy === 'on_accept' ? 'captured' : 'released', `the hold of ${id}`);
    }
  }
}

function assertSubmittedAtMostOnce({ operators }: WorkerSettings): void {
  for (const { name, logFile, recognisesRepeats } of operators) {
    const ids = readOperatorLog(logFile).map(({ id }) => id);
    assert.ok(ids.length > 0, `the operator "${name}" was handed nothing`);
    if (!recognisesRepeats) assert.equal(new Set(ids).size, ids.length, 'a message was submitted twice');
  }
}

/** A customer who never heard the answer asks again, and is given the same one. */
async function assertRepeatsAreRecognised(worker: WorkerProcess, feed: Feed): Promise<void> {
  for (const { ids, ...fed } of [...feed.answered.values()].slice(0, 50)) {
    assert.deepEqual(await worker.ask({ kind: 'send', ...fed }), { kind: 'sent', ids, replayed: true });
  }
}

function settingsFor(database: TestDatabase, folder: string, random: SeededRandom): WorkerSettings {
  const operator = (name: string, recognisesRepeats: boolean) => ({
    name,
    recognisesRepeats,
    logFile: join(folder, `${database.name}-${name}.log`),
    slownessMs: 40,
  });
  return {
    database: database.options,
    operators: [operator('once', false), operator('again', true)],
    routes: [
      { prefix: oncePrefix, transport: 'once' },
      { prefix: againPrefix, transport: 'again' },
    ],
    receiptGraceMs: 1_000,
    seed: random.between(1, 2 ** 31),
    eventFile: join(folder, `${database.name}-events.log`),
  };
}

async function openAccounts({ options }: TestDatabase): Promise<string[]> {
  const sms = await createSms({ database: options, transports: [] });
  const policies: RefundPolicy[] = ['on_accept', 'on_submit', 'on_delivered'];
  const ids: string[] = [];
  for (const refundPolicy of policies) {
    const customer = { name: refundPolicy, country: 'TZ', currency: 'TZS', sender: 'CRASH', credits: 1_000_000_000 };
    ids.push((await sms.accounts.open({ ...customer, refundPolicy })).account.id);
  }
  await sms.stop();
  return ids;
}

function summaryOf(messages: readonly StoredMessage[]): string {
  const counts = new Map<string, number>();
  for (const { state } of messages) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}
