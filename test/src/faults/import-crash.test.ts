import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { createSms, type Contact, type ContactImport, type Sms } from '@ujumbe/core';
import { killProcesses } from '../support/asked-process.js';
import { describeOnDatabases, type TestDatabase } from '../support/databases.js';
import { sheetRows, workbookMaker } from '../support/workbooks.js';
import { eventually } from './eventually.js';
import { SeededRandom, seedOf } from './seeded-random.js';
import type { WorkerSettings } from './worker-messages.js';
import { WorkerProcess } from './worker-process.js';

const rounds = Number(process.env.IMPORT_CRASH_ROUNDS ?? 2);
const rowCount = 60_000;
const sheetRowCount = 30_000;
/** Every so many rows one has no number. */
const badEvery = 1_000;
/** A worker's lease, and a look for work. */
const takeOverMs = 15_000 + 500;

const cellsOf = (row: number): string[] => [
  row % badEvery === 0 ? 'nobody' : `+25571${String(row).padStart(7, '0')}`,
  `Mtu ${row}`,
  `x${row}`,
];
const rows = (count: number): string[][] => Array.from({ length: count }, (_, index) => cellsOf(index + 1));

const csv = (count: number): string =>
  ['phone,first_name,row_name', ...rows(count).map((cells) => cells.join(','))].join('\n');

describeOnDatabases('an import whose workers are killed', (open, name) => {
  let folder = '';
  let database: TestDatabase;
  /** Shares the database and the folder with the workers, and does no work. */
  let host: Sms;
  let settings: WorkerSettings;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ujumbe-imports-'));
    database = await open();
    settings = {
      database: database.options,
      operators: [{ name: 'operator', recognisesRepeats: false, logFile: join(folder, 'log'), slownessMs: 1 }],
      routes: [],
      receiptGraceMs: 60_000,
      seed: 1,
      uploadFolder: join(folder, 'uploads'),
    };
    host = await createSms({
      database: database.options,
      transports: [],
      uploads: { folder: join(folder, 'uploads') },
    });
  });
  after(killProcesses);
  after(async () => {
    await host.stop();
    rmSync(folder, { recursive: true });
  });

  const newAccount = async (): Promise<string> =>
    (await host.accounts.open({ name: 'Duka', country: 'TZ', currency: 'TZS', credits: 0, sender: 'DUKA' })).account.id;

  async function started(accountId: string, content: string | Buffer, groupId?: string): Promise<ContactImport> {
    const file = await host.uploads.receive(Readable.from([Buffer.from(content)]), 'watu');
    return (await host.imports.start(accountId, file, { groupId })).contactImport;
  }

  const ended = (made: ContactImport, withinMs: number): Promise<ContactImport> =>
    eventually(
      async () => {
        const now = await host.imports.get(made.accountId, made.id);
        assert.notEqual(now.completedAt, null);
      },
      withinMs,
      50,
    ).then(() => host.imports.get(made.accountId, made.id));

  /** Everybody once, and nothing counted twice or not at all. */
  async function assertWhole(made: ContactImport, count: number): Promise<void> {
    const { state, totalRows, imported, updated, skipped, failed } = await host.imports.get(made.accountId, made.id);
    const bad = Math.floor(count / badEvery);
    assert.deepEqual(
      { state, totalRows, imported, updated, skipped, failed },
      { state: 'completed', totalRows: count, imported: count - bad, updated: 0, skipped: 0, failed: bad },
    );
    const seen = new Map<string, Contact>();
    for await (const page of host.contacts.pages(made.accountId)) {
      for (const contact of page) seen.set(contact.phone, contact);
    }
    assert.equal(seen.size, count - bad);
    for (let row = 1; row <= count; row++) {
      if (row % badEvery === 0) continue;
      const [phone = '', firstName, rowName] = cellsOf(row);
      const contact = seen.get(phone);
      assert.deepEqual([contact?.firstName, contact?.attributes], [firstName, { row_name: rowName }]);
    }
    const { pages } = await host.imports.errors(made.accountId, made.id);
    const errors = [];
    for await (const page of pages) errors.push(...page);
    assert.deepEqual(
      errors.map(({ row }) => row),
      Array.from({ length: bad }, (_, index) => (index + 1) * badEvery + 1),
    );
  }

  it('goes on where it was, repeats no row and passes none over', async function () {
    this.timeout(60_000 + rounds * (takeOverMs + 10_000));
    const random = new SeededRandom(seedOf('imports', 'CRASH_SEED'));
    const { workbook } = await workbookMaker();
    const [one, two] = [await newAccount(), await newAccount()];
    const group = await host.groups.create(one, { name: 'Wote' });
    const text = await started(one, csv(rowCount), group.id);
    const header = [['phone', 'first_name', 'row_name']];
    const sheet = await started(two, workbook({ rows: sheetRows([...header, ...rows(sheetRowCount)]) }));
    for (let round = 1; round <= rounds; round++) {
      const worker = new WorkerProcess(settings);
      await worker.ready;
      const target = random.between(1, Math.floor((rowCount * 0.8 * round) / rounds));
      await eventually(
        async () => {
          const now = await host.imports.get(one, text.id);
          assert.ok(now.totalRows >= target || now.completedAt !== null);
        },
        takeOverMs + 20_000,
        5,
      );
      await pause(random.between(0, 20));
      await worker.kill();
    }
    const survivor = new WorkerProcess(settings);
    await survivor.ready;
    await ended(text, takeOverMs + 30_000);
    await ended(sheet, 30_000);
    await survivor.stop();
    await assertWhole(text, rowCount);
    await assertWhole(sheet, sheetRowCount);
    const members = await host.groups.get(one, group.id);
    assert.equal(members.contactCount, rowCount - rowCount / badEvery);
    assert.equal((await host.groups.members(one, group.id, { limit: 1, offset: 0 })).total, members.contactCount);
    await eventually(() => assert.deepEqual(readdirSync(join(folder, 'uploads')), ['folder-id']), 2_000);
  });

  it('is handed over at once by a process that is told to stop', async function () {
    this.timeout(60_000);
    const made = await started(await newAccount(), csv(rowCount));
    const first = new WorkerProcess(settings);
    await first.ready;
    await eventually(async () => assert.ok((await host.imports.get(made.accountId, made.id)).totalRows > 0), 20_000, 5);
    await first.stop();
    const second = new WorkerProcess(settings);
    await second.ready;
    await ended(made, 20_000);
    await second.stop();
    await assertWhole(made, rowCount);
  });

  if (name === 'postgres') {
    it('is done once by two processes, and by none that sees another folder', async function () {
      this.timeout(90_000);
      const accounts = await Promise.all(Array.from({ length: 4 }, newAccount));
      const stranger = new WorkerProcess({ ...settings, uploadFolder: join(folder, 'elsewhere') });
      await stranger.ready;
      const made = await Promise.all(accounts.map((accountId) => started(accountId, csv(10_000))));
      await pause(1_500);
      for (const { accountId, id } of made) assert.equal((await host.imports.get(accountId, id)).state, 'pending');
      const workers = [new WorkerProcess(settings), new WorkerProcess({ ...settings, seed: 2 })];
      await Promise.all(workers.map(({ ready }) => ready));
      await Promise.all(made.map((one) => ended(one, 40_000)));
      await Promise.all([stranger, ...workers].map((worker) => worker.stop()));
      for (const one of made) await assertWhole(one, 10_000);
    });
  }
});
