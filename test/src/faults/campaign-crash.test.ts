import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSms, type Campaign, type Sms } from '@ujumbe/core';
import { killProcesses } from '../support/asked-process.js';
import { describeOnDatabases, type TestDatabase } from '../support/databases.js';
import { assertInvariants, Tables } from '../support/ledger-invariants.js';
import { eventually } from './eventually.js';
import { LoggedOperator, readOperatorLog } from './logged-operator.js';
import { SeededRandom, seedOf } from './seeded-random.js';
import type { WorkerSettings } from './worker-messages.js';
import { WorkerProcess } from './worker-process.js';

const recipients = 8_000;
const rounds = Number(process.env.CRASH_ROUNDS ?? 6);
/** A worker's lease, and the look for what a dead one left. */
const recoveryMs = 15_000 + 5_000;

describeOnDatabases('a campaign whose processes are killed', (open, name) => {
  let folder = '';
  let database: TestDatabase;
  let settings: WorkerSettings;
  let random: SeededRandom;
  /** Commands the workers from beside them, and does no work itself. */
  let host: Sms;
  let accountId: string;
  let groupId: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ujumbe-campaign-'));
    random = new SeededRandom(seedOf('campaign crashes', 'CRASH_SEED'));
    database = await open();
    settings = settingsFor(database, folder, random);
    const operators = settings.operators.map((operator) => new LoggedOperator(operator, random));
    host = await createSms({ database: database.options, transports: operators });
    const customer = { name: 'busy', country: 'TZ', currency: 'TZS', sender: 'CRASH', credits: 1_000_000_000 };
    accountId = (await host.accounts.open(customer)).account.id;
    groupId = (await host.groups.create(accountId, { name: 'all' })).id;
    const phones = Array.from({ length: recipients }, (_, n) => `+25571${String(2_000_000 + n)}`);
    await host.contacts.upsertMany(
      accountId,
      phones.map((phone, n) => ({ phone, firstName: `N${n}` })),
      'skip',
    );
    await host.groups.addMany(accountId, groupId, phones);
  });
  after(killProcesses);
  after(async () => {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const draft = (scheduledAt?: number): Promise<Campaign> =>
    host.campaigns.create(accountId, {
      name: 'Punguzo',
      text: 'Habari {{first_name}}',
      groupIds: [groupId],
      scheduledAt,
    });

  async function completes({ id }: Campaign): Promise<void> {
    await eventually(
      async () => assert.equal((await host.campaigns.get(accountId, id)).campaign.state, 'completed'),
      recoveryMs + 40_000,
    );
  }

  /** Every recipient has one message, with its own text, and was sent it once at most. */
  async function assertEachOnce({ id }: Campaign): Promise<void> {
    const seen = new Map<string, string>();
    for (let offset = 0; offset < recipients + 1_000; offset += 1_000) {
      const { messages, total } = await host.campaigns.messages(accountId, id, {}, { limit: 1_000, offset });
      assert.equal(total, recipients);
      for (const { recipient, text } of messages) {
        assert.equal(seen.has(recipient), false, 'somebody has two messages');
        seen.set(recipient, text);
      }
    }
    assert.equal(seen.size, recipients, 'somebody was skipped');
    for (const [recipient, text] of seen) assert.equal(text, `Habari N${Number(recipient.slice(6)) - 2_000_000}`);
    const log = readOperatorLog(settings.operators[0]?.logFile ?? '').map((line) => line.id);
    assert.equal(new Set(log).size, log.length, 'a message was submitted twice');
    await assertInvariants(database);
  }

  /** Waits until a part of the campaign's audience is written down; answers how many. */
  async function halfFilled({ id }: Campaign): Promise<number> {
    const tables = new Tables(database);
    try {
      for (;;) {
        const [rows] = await tables.filling(id);
        if (rows !== undefined && rows > 0) return rows;
        await pause(2);
      }
    } finally {
      await tables.close();
    }
  }

  it('while its messages are made, skips nobody and repeats nobody', async function () {
    this.timeout(120_000 + rounds * 3_000);
    const campaign = await draft();
    await host.campaigns.send(accountId, campaign.id);
    const places: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      // On PostgreSQL two at a time, so that one goes on with what the other leaves.
      const workers = Array.from({ length: name === 'postgres' ? 2 : 1 }, () => new WorkerProcess(settings));
      await Promise.all(workers.map((worker) => worker.ready));
      await pause(random.between(20, 250));
      await Promise.all(workers.map((worker) => worker.kill()));
      await assertInvariants(database);
      places.push((await host.campaigns.messages(accountId, campaign.id, {}, { limit: 1, offset: 0 })).total);
    }
    assert.ok((places[0] ?? 0) < recipients, 'it was killed half-way');
    const survivor = new WorkerProcess(settings);
    await survivor.ready;
    await completes(campaign);
    await assertEachOnce(campaign);
    await eventually(async () => {
      const { progress } = await host.campaigns.get(accountId, campaign.id);
      const { sent = 0, delivered = 0, failed = 0 } = progress ?? {};
      assert.ok(sent >= delivered && delivered + failed <= recipients);
      const { messages } = await assertInvariants(database);
      const own = messages.filter(({ owner_id: owner }) => owner === campaign.id);
      assert.equal(delivered, own.filter(({ state }) => state === 'delivered').length, 'the count is exact');
      assert.ok(own.every(({ state }) => state === 'delivered' || state === 'unknown' || state === 'submitted'));
      assert.equal(delivered + own.filter(({ state }) => state !== 'delivered').length, recipients);
    }, 30_000);
    await survivor.stop();
    console.log(`      killed after ${places.join(', ')} of ${recipients} messages`);
  });

  it('while its audience is written down, is started by another and goes to each once', async function () {
    this.timeout(120_000);
    const campaign = await draft(Date.now() + 1_000);
    await host.campaigns.send(accountId, campaign.id);
    await pause(1_000);
    const worker = new WorkerProcess(settings);
    await worker.ready;
    const filled = await halfFilled(campaign);
    await worker.kill();
    const { campaign: now } = await host.campaigns.get(accountId, campaign.id);
    assert.equal(now.state, 'scheduled', 'nothing was sent from half an audience');
    assert.equal((await host.accounts.balance(accountId)).held > 0, true, 'its credit is held still');
    console.log(`      killed after ${filled} of ${recipients} rows`);
    const survivor = new WorkerProcess(settings);
    await survivor.ready;
    await completes(campaign);
    await assertEachOnce(campaign);
    await survivor.stop();
  });
});

const settingsFor = (database: TestDatabase, folder: string, random: SeededRandom): WorkerSettings => ({
  database: database.options,
  operators: [
    {
      name: 'operator',
      recognisesRepeats: false,
      logFile: join(folder, `${database.name}.log`),
      slownessMs: 30,
    },
  ],
  routes: [{ prefix: '', transport: 'operator' }],
  receiptGraceMs: 3_600_000,
  seed: random.between(1, 2 ** 31),
});
