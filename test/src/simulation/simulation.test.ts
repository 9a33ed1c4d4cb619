import assert from 'node:assert/strict';
import { eventually } from '../faults/eventually.js';
import { SeededRandom, seedOf } from '../faults/seeded-random.js';
import { describeOnDatabases, type TestDatabase } from '../support/databases.js';
import { assertInvariants, Tables } from '../support/ledger-invariants.js';
import { Customers } from './customers.js';
import { Model } from './model.js';
import { Platform } from './platform.js';
import { proveRefusals } from './refusals.js';

const messageCount = Number(process.env.SIMULATION_MESSAGES ?? 3_000);
const phases = 3;
/** The longest validity, the grace after it, and the sweep of the orphan box. */
const settleMs = 2_500 + 1_200 + 5_000 + 15_000;

describeOnDatabases('a simulated day of business', (open) => {
  it('keeps every promise and every credit, whatever goes wrong', async function () {
    this.timeout(60_000 + messageCount * 20);
    const random = new SeededRandom(seedOf('simulation', 'SIMULATION_SEED'));
    const database = await open();
    const model = new Model();
    const platform = new Platform(database.options, random, (event) => void model.heard.push(event));
    await platform.start();
    try {
      const customers = new Customers(platform, model, random);
      await customers.open();
      for (let phase = 1; phase <= phases; phase++) {
        await customers.act(messageCount / phases, proveRefusals(platform, model));
        await assertInvariants(database);
        await settle(database, platform, model);
        await platform.restart();
      }
      console.log(
        `      ${model.promised.size} messages, ${model.heard.length} events, ${platform.faulty.strays} strays`,
      );
    } finally {
      await platform.stop();
    }
  });
});

/** Waits until nothing is on its way any more, then compares what was done with what was promised. */
async function settle(database: TestDatabase, platform: Platform, model: Model): Promise<void> {
  const tables = new Tables(database);
  try {
    await eventually(
      async () => {
        assert.equal(platform.faulty.untold, 0, 'receipts the operator has to tell');
        assert.deepEqual(await tables.unsettled(), [], 'messages on their way');
      },
      settleMs,
      100,
    );
    await eventually(
      async () => {
        const { messages, balances } = await tables.read();
        model.assertKept(messages, balances, platform);
      },
      settleMs,
      500,
    );
  } finally {
    await tables.close();
  }
  await assertInvariants(database);
}
