import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSms, SmsError, type DomainEvent, type SendRequest, type Sms } from '@ujumbe/core';
import knexFactory from 'knex';
import { Client } from 'pg';
import { describeOnDatabases, type TestDatabase } from '../support/databases.js';
import { assertInvariants, Tables } from '../support/ledger-invariants.js';
import { CutWire } from './cut-wire.js';
import { eventually } from './eventually.js';
import { LoggedOperator, readOperatorLog } from './logged-operator.js';
import { SeededRandom, seedOf } from './seeded-random.js';
import { assertEveryStepWasTold } from './told-events.js';

const faultsForMs = Number(process.env.DOWN_MS ?? 5_000);

describeOnDatabases(
  'a database that breaks its connections under load',
  (open) => {
    let folder = '';
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'ujumbe-down-'));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('by ending them itself: nothing is lost nor doubled, and the workers go on', async () => {
      const random = new SeededRandom(seedOf('ended connections', 'DOWN_SEED'));
      const database = await open();
      const url = urlOf(database);
      await provesItself(database, url, join(folder, 'ended.log'), random, (abort) =>
        endConnections(url, random, abort),
      );
    });

    it('by losing its answers: nothing is lost nor doubled, and the workers go on', async () => {
      const random = new SeededRandom(seedOf('lost answers', 'DOWN_SEED'));
      const database = await open();
      const url = urlOf(database);
      const wire = await CutWire.to(url);
      try {
        await provesItself(database, wire.url, join(folder, 'lost.log'), random, async (abort) => {
          wire.loseAnswers(() => random.happens(0.02));
          while (!abort.aborted) await pause(50);
          wire.loseAnswers(() => false);
        });
      } finally {
        await wire.close();
      }
    });
  },
  { on: ['postgres'] },
);

/** PostgreSQL is told by a URL. */
function urlOf({ options }: TestDatabase): string {
  if (typeof options !== 'string') throw new Error('This database has no URL.');
  return options;
}

/** Sends while the fault lasts, then lets the platform come to rest and looks at what it has done. */
async function provesItself(
  database: TestDatabase,
  url: string,
  logFile: string,
  random: SeededRandom,
  fault: (abort: AbortSignal) => Promise<void>,
): Promise<void> {
  const operator = { name: 'operator', recognisesRepeats: false, logFile, slownessMs: 20 };
  // As the platform would open it, but without knex's own remarks on every connection that breaks.
  const log = { warn() {}, error() {}, debug() {}, deprecate() {} };
  const knex = knexFactory({ client: 'pg', connection: url, pool: { min: 0, max: 10 }, log });
  const sms = await createSms({ database: { knex }, transports: [new LoggedOperator(operator, random)] });
  const heard: DomainEvent[] = [];
  sms.on('*', (event) => void heard.push(event));
  try {
    const customer = { name: 'Duka', country: 'TZ', currency: 'TZS', sender: 'DUKA', credits: 1_000_000_000 };
    const { account } = await sms.accounts.open(customer);
    await sms.start();
    const over = new AbortController();
    const faulty = fault(over.signal);
    const untilMs = Date.now() + faultsForMs;
    const clients = Array.from({ length: 8 }, () => sendUntil(sms, account.id, random, untilMs));
    await pause(faultsForMs);
    over.abort();
    await faulty;
    const promised = (await Promise.all(clients)).flat();
    await rest(database, promised, heard);
    const submitted = readOperatorLog(logFile).map(({ id }) => id);
    assert.equal(new Set(submitted).size, submitted.length, 'a message was submitted twice');
    console.log(`      ${promised.length} messages`);
  } finally {
    await sms.stop();
    await knex.destroy();
  }
}

/** All that was promised, and nothing else, was delivered, charged and told. */
async function rest(database: TestDatabase, promised: string[], heard: readonly DomainEvent[]): Promise<void> {
  const tables = new Tables(database);
  try {
    await eventually(async () => assert.deepEqual(await tables.unsettled(), [], 'messages on their way'), 20_000, 250);
    await eventually(async () => assertEveryStepWasTold((await tables.read()).messages, heard), 20_000, 250);
  } finally {
    await tables.close();
  }
  const { messages } = await assertInvariants(database);
  assert.deepEqual(messages.map(({ id }) => id).sort(), promised.sort());
  assert.ok(messages.every(({ state }) => state === 'delivered'));
}

/** One customer: asks again under the same key until there is an answer. */
async function sendUntil(sms: Sms, accountId: string, random: SeededRandom, untilMs: number): Promise<string[]> {
  const promised: string[] = [];
  while (Date.now() < untilMs) {
    const to = Array.from({ length: 3 }, () => `+255712${String(random.between(100_000, 999_999))}`);
    promised.push(
      ...(await sendUntilAnswered(sms, accountId, { to, message: 'Habari', idempotencyKey: randomUUID() })),
    );
    await pause(random.between(1, 10));
  }
  return promised;
}

async function sendUntilAnswered(sms: Sms, accountId: string, request: SendRequest): Promise<string[]> {
  for (;;) {
    try {
      const { accepted } = await sms.send(accountId, request);
      return accepted.map(({ id }) => id);
    } catch (error) {
      // What the platform refuses on purpose would be a mistake of this test.
      if (error instanceof SmsError && error.code !== 'idempotency_in_progress') throw error;
      await pause(20);
    }
  }
}

/** Ends every connection to the database, now and again. */
async function endConnections(url: string, random: SeededRandom, abort: AbortSignal): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    while (!abort.aborted) {
      await pause(random.between(20, 300));
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    }
  } finally {
    await client.end();
  }
}
