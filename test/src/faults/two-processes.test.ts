import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSms, type DomainEvent, type Sms } from '@ujumbe/core';
import knexFactory, { type Knex } from 'knex';
import { killProcesses } from '../support/asked-process.js';
import { describeOnDatabases, type TestDatabase } from '../support/databases.js';
import { assertInvariants, Tables } from '../support/ledger-invariants.js';
import { eventually } from './eventually.js';
import { LoggedOperator, readOperatorLog } from './logged-operator.js';
import { SeededRandom } from './seeded-random.js';
import { assertEveryStepWasTold } from './told-events.js';
import type { WorkerRequest, WorkerSettings } from './worker-messages.js';
import { WorkerProcess } from './worker-process.js';

const messageCount = 5_000;
const batch = 100;

describeOnDatabases(
  'two processes on one database',
  (open) => {
    let folder = '';
    let database: TestDatabase;
    let hostKnex: Knex;
    /** What is to be undone, the last first: a suite that was skipped or failed half-way has less. */
    const closing: (() => unknown)[] = [];
    /** A third process as far as the platform can tell: it shares the database with the others and nothing else. */
    let host: Sms;
    let accountId: string;
    let workers: [WorkerProcess, WorkerProcess];
    let settings: WorkerSettings;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'ujumbe-two-'));
      closing.push(() => rmSync(folder, { recursive: true }));
      database = await open();
      hostKnex = knexFactory({ client: 'pg', connection: database.options as string, pool: { min: 0, max: 6 } });
      closing.push(() => hostKnex.destroy());
      settings = settingsFor(database, folder);
      const operators = settings.operators.map((operator) => new LoggedOperator(operator, new SeededRandom(3)));
      host = await createSms({ database: { knex: hostKnex }, transports: operators });
      closing.push(() => host.stop());
      accountId = (await host.accounts.open(customer('busy'))).account.id;
      workers = [new WorkerProcess(settings), new WorkerProcess({ ...settings, seed: 2 })];
      await Promise.all(workers.map((worker) => worker.ready));
    });

    after(async () => {
      await killProcesses();
      for (const close of closing.reverse()) await close();
    });

    it('never submit the same message twice, and both work', async () => {
      const sent = await Promise.all(
        workers.map(async (worker) => {
          for (let count = 0; count < messageCount / 2; count += batch) {
            const answer = await worker.ask(sendTo(accountId, batch));
            assert.equal(answer.kind, 'sent');
          }
        }),
      );
      assert.equal(sent.length, 2);
      await drained(database);
      const log = readOperatorLog(settings.operators[0]?.logFile ?? '');
      assert.equal(new Set(log.map(({ id }) => id)).size, messageCount);
      assert.equal(log.length, messageCount, 'a message was submitted twice');
      for (const { pid } of workers) {
        assert.ok(
          log.some((line) => line.pid === pid),
          'one process did all the work',
        );
      }
      const { messages } = await assertInvariants(database);
      assert.ok(messages.every(({ state }) => state === 'delivered'));
    });

    it('refuse a token at once that the other has revoked', async () => {
      const [worker] = workers;
      for (let round = 0; round < 10; round++) {
        const { account } = await host.accounts.open(customer('revoked'));
        const { raw, token } = await host.tokens.create(account.id, { name: 'till', scopes: ['messages'] });
        const send: WorkerRequest = { kind: 'send-by-token', rawToken: raw, to: '+255712000001' };
        // The second is answered from memory.
        assert.equal((await worker.ask(send)).kind, 'sent');
        assert.equal((await worker.ask(send)).kind, 'sent');
        await host.tokens.revoke(account.id, token.id);
        assert.deepEqual(await worker.ask(send), { kind: 'refused', code: 'token_revoked' });
        assert.deepEqual(await worker.ask(send), { kind: 'refused', code: 'token_revoked' });
      }
    });

    it('refuse an account at once that the other has suspended, and serve it again once it is resumed', async () => {
      const [, worker] = workers;
      const { account, apiToken } = await host.accounts.open(customer('suspended'));
      const requests: WorkerRequest[] = [
        { kind: 'send-by-token', rawToken: apiToken, to: '+255712000001' },
        { kind: 'send', accountId: account.id, request: { to: '+255712000001', message: 'Habari' } },
      ];
      for (let round = 0; round < 5; round++) {
        for (const request of requests) assert.equal((await worker.ask(request)).kind, 'sent');
        await host.accounts.suspend(account.id);
        for (const request of requests) {
          assert.deepEqual(await worker.ask(request), { kind: 'refused', code: 'account_suspended' });
        }
        await host.accounts.resume(account.id);
        for (const request of requests) assert.equal((await worker.ask(request)).kind, 'sent');
      }
    });

    it('hear the events of both without a gap, though transactions commit out of order', async () => {
      // An account of its own, because an open transaction holds the wallet it has charged.
      const { account: late } = await host.accounts.open(customer('late'));
      const heard: DomainEvent[] = [];
      host.on('*', (event) => void heard.push(event), { name: 'gapless' });
      await host.start();
      const pages = [new Pages(host, accountId), new Pages(host, late.id)];
      const ids = await hostKnex.transaction(async (trx) => {
        const { accepted } = await host.send(late.id, { to: '+255712000009', message: 'Late' }, { within: trx });
        // Written after and committed before: a reader that goes by numbers alone passes the late one by.
        const answers = await Promise.all(workers.map((worker) => worker.ask(sendTo(accountId, 50))));
        await pause(1_500);
        return [...accepted.map(({ id }) => id), ...answers.flatMap((answer) => ('ids' in answer ? answer.ids : []))];
      });
      assert.equal(ids.length, 101);
      await drained(database);
      const paged = (await Promise.all(pages.map((reader) => reader.end()))).flat();
      const { messages } = await assertInvariants(database);
      const since = messages.filter(({ id }) => ids.includes(id));
      await eventually(() => assertEveryStepWasTold(since, heard), 5_000);
      assertEveryStepWasTold(since, paged);
      assertInOrderOnce(heard);
    });
  },
  { on: ['postgres'] },
);

/** Reads an account's events page after page, as a customer does. */
class Pages {
  readonly #events: DomainEvent[] = [];
  readonly #running: Promise<void>;
  #ending = false;

  constructor(
    private readonly sms: Sms,
    private readonly accountId: string,
  ) {
    this.#running = this.#read();
  }

  /** Reads what there is left and answers with all it has read. */
  async end(): Promise<DomainEvent[]> {
    this.#ending = true;
    await this.#running;
    assertInOrderOnce(this.#events);
    return this.#events;
  }

  async #read(): Promise<void> {
    let cursor: string | undefined;
    for (;;) {
      const isLastLook = this.#ending;
      const events = await this.sms.events.after(this.accountId, cursor, 500);
      this.#events.push(...events);
      cursor = events.at(-1)?.cursor ?? cursor;
      if (events.length > 0) continue;
      if (isLastLook) return;
      await pause(20);
    }
  }
}

function assertInOrderOnce(events: readonly DomainEvent[]): void {
  const places = events.map(({ cursor }) => cursor.split('-').map(Number));
  places.forEach(([xid = 0, seq = 0], index) => {
    const [lastXid = 0, lastSeq = 0] = places[index - 1] ?? [];
    assert.ok(xid > lastXid || (xid === lastXid && seq > lastSeq), `event ${index} comes before its predecessor`);
  });
}

async function drained(database: TestDatabase): Promise<void> {
  const tables = new Tables(database);
  try {
    await eventually(async () => assert.deepEqual(await tables.unsettled(), []), 30_000);
  } finally {
    await tables.close();
  }
}

const sendTo = (accountId: string, count: number): WorkerRequest => ({
  kind: 'send',
  accountId,
  request: {
    to: Array.from({ length: count }, (_, index) => `+255712000${String(index).padStart(3, '0')}`),
    message: 'Habari',
  },
});

const customer = (name: string) => ({
  name,
  country: 'TZ',
  currency: 'TZS',
  sender: 'TWO',
  credits: 1_000_000_000,
});

const settingsFor = (database: TestDatabase, folder: string): WorkerSettings => ({
  database: database.options,
  operators: [{ name: 'operator', recognisesRepeats: false, logFile: join(folder, 'operator.log'), slownessMs: 30 }],
  routes: [{ prefix: '', transport: 'operator' }],
  receiptGraceMs: 60_000,
  seed: 1,
});
