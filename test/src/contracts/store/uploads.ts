import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { mostOpenImports, type ContactImport, type Sms, type UploadedFile } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';
import { composeParts } from '../../support/parts.js';
import { eventually } from '../eventually.js';
import { openAccount, openPlatform, refusal, toldTo, type MovableClock, type Platform } from '../platform.js';
import { storedRows } from '../stored-rows.js';

const dayMs = 86_400_000;
const credit = 1_000;

interface Parts {
  database: { commit(statements: readonly { sql: string; bindings: readonly unknown[] }[]): Promise<void> };
  housekeeping: { tidy(): Promise<void> };
  opened: { close(): Promise<void> };
}

export function uploadsSuite(open: OpenTestDatabase): void {
  let folder = '';
  let platform: Platform;
  let sms: Sms;
  let clock: MovableClock;
  let account = '';

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ujumbe-uploads-'));
    platform = await openPlatform(await open(), { uploads: { folder } });
    ({ sms, clock } = platform);
    account = await openAccount(sms, { credits: 1_000 * credit });
  });
  afterEach(async () => {
    await sms.stop({ deadlineMs: 1_000 });
    await assertInvariants(platform.database);
    rmSync(folder, { recursive: true });
  });

  const receive = (content: string): Promise<UploadedFile> =>
    sms.uploads.receive(Readable.from([Buffer.from(content)]), 'watu.csv');
  const started = async (content: string, options = {}): Promise<ContactImport> =>
    (await sms.imports.start(account, await receive(content), options)).contactImport;
  const files = (): string[] => readdirSync(folder).filter((name) => name !== 'folder-id');
  const ended = ({ id }: ContactImport): Promise<ContactImport> =>
    eventually('the import is over', async () => {
      const now = await sms.imports.get(account, id);
      return now.completedAt !== null && now;
    });

  /** Asks something of the parts of another process, whose clock is the platform's. */
  async function beside<T>(work: (part: <K extends keyof Parts>(name: K) => Parts[K]) => Promise<T>): Promise<T> {
    const part = await composeParts<Parts>({
      database: platform.database.options,
      transports: [],
      migrate: false,
      uploads: { folder },
      ports: { clock },
    });
    try {
      return await work(part);
    } finally {
      await part('opened').close();
    }
  }
  const tidy = (): Promise<void> => beside((part) => part('housekeeping').tidy());

  it('ends an import whose file is gone, and one whose group was deleted', async () => {
    const group = await sms.groups.create(account, { name: 'Wote' });
    const grouped = await started('0712345601\n', { groupId: group.id });
    await sms.groups.delete(account, group.id);
    const lost = await started('0712345602\n');
    rmSync(join(folder, lost.id));
    await sms.start();
    assert.match((await ended(grouped)).error ?? '', /^The group was deleted/);
    assert.match((await ended(lost)).error ?? '', /^The file is no longer there: upload it again\.$/);
    const told = (await toldTo(platform, account)).filter(({ type }) => type === 'contacts.imported');
    assert.deepEqual(
      told.map(({ subjectId }) => subjectId),
      [grouped.id, lost.id],
    );
    assert.deepEqual(files(), []);
  });

  it('gives up a file that was taken up again and again without getting on', async () => {
    const { id } = await started('0712345601\n');
    await beside((part) =>
      part('database').commit([{ sql: 'UPDATE sms_contact_imports SET attempts = 5 WHERE id = ?', bindings: [id] }]),
    );
    await sms.start();
    const { state, error, totalRows } = await ended(await sms.imports.get(account, id));
    assert.deepEqual([state, totalRows], ['failed', 0]);
    assert.match(error ?? '', /a reason on our side\.$/);
  });

  it('imports an account’s files one after the other: of two that write a contact the later wins', async () => {
    const made: ContactImport[] = [];
    for (const name of ['Asha', 'Neema', 'Zuhura']) made.push(await started(`phone,name\n0712345601,${name}\n`));
    await sms.start();
    for (const one of made) await ended(one);
    assert.equal((await sms.contacts.findByPhone(account, '0712345601'))?.firstName, 'Zuhura');
  });

  it('takes a bounded number of imports at a time', async () => {
    const made: ContactImport[] = [];
    for (let count = 0; count < mostOpenImports; count++) made.push(await started('0712345601\n'));
    const file = await receive('0712345602\n');
    assert.equal(await refusal(sms.imports.start(account, file)), 'conflict');
    const other = await openAccount(sms);
    assert.equal((await sms.imports.start(other, await receive('0712345602\n'))).contactImport.state, 'pending');
    await sms.imports.cancel(account, made[3]!.id);
    assert.equal((await sms.imports.start(account, file)).contactImport.state, 'pending');
  });

  it('is given back by whoever stops it before it began', async () => {
    const made = await started('0712345601\n');
    assert.equal((await sms.imports.cancel(account, made.id)).state, 'cancelled');
    assert.deepEqual(files(), []);
    assert.equal(await refusal(sms.imports.cancel(account, made.id)), 'conflict');
    await sms.start();
    assert.equal((await sms.contacts.list(account, {}, { limit: 1, offset: 0 })).total, 0);
  });

  for (const [title, state, stop] of [
    ['when it is cancelled', 'cancelled', (made: ContactImport) => sms.imports.cancel(account, made.id)],
    ['when its group is deleted', 'failed', ({ groupId }: ContactImport) => sms.groups.delete(account, groupId ?? '')],
  ] as const) {
    it(`is stopped half-way ${title}, and keeps what it has by then`, async () => {
      const { id: groupId } = await sms.groups.create(account, { name: 'Wote' });
      const numbers = Array.from({ length: 60_000 }, (_, at) => `+25571${String(at).padStart(7, '0')}`);
      const made = await started(numbers.join('\n'), { groupId });
      await sms.start();
      await eventually('it has begun', async () => (await sms.imports.get(account, made.id)).totalRows > 0);
      await stop(made);
      const { imported, totalRows, ...over } = await ended(made);
      assert.equal(over.state, state);
      assert.ok(imported === totalRows && imported < 60_000, `${imported} were imported`);
      await eventually('its file is gone', () => files().length === 0);
      assert.equal((await sms.contacts.list(account, {}, { limit: 1, offset: 0 })).total, imported);
      const [told, ...others] = (await toldTo(platform, account)).filter(({ type }) => type === 'contacts.imported');
      assert.deepEqual([told?.subjectId, others], [made.id, []]);
    });
  }

  it('keeps a person from being erased until it is over: its file may have them too', async () => {
    const { id } = await sms.contacts.create(account, { phone: '0712345601' });
    const made = await started('0712345601\n');
    assert.equal(await refusal(sms.contacts.erase(account, id)), 'conflict');
    assert.equal((await sms.contacts.get(account, id)).active, true);
    await sms.imports.cancel(account, made.id);
    await sms.contacts.erase(account, id);
    assert.equal(await refusal(sms.contacts.get(account, id)), 'not_found');
  });

  it('takes out files that were left behind, and no other', async () => {
    const orphan = await receive('x');
    const young = await receive('x');
    const waiting = await started('0712345601\n');
    for (const id of [orphan.id, waiting.id]) utimesSync(join(folder, id), 1, 1);
    await tidy();
    assert.deepEqual(files().sort(), [young.id, waiting.id].sort());
  });

  it('ends imports nobody can reach, and forgets what was wrong with rows', async () => {
    const waiting = await started('0712345601\n');
    clock.move(dayMs - 10_000);
    await tidy();
    assert.equal((await sms.imports.get(account, waiting.id)).state, 'pending');
    clock.move(20_000);
    await tidy();
    const { state, error } = await sms.imports.get(account, waiting.id);
    assert.deepEqual([state, error], ['failed', 'No machine that runs can reach the file: upload it again.']);

    const bad = await started('phone\nnobody\n');
    await sms.start();
    await ended(bad);
    assert.equal((await sms.imports.firstErrors(account, bad.id, 10)).length, 1);
    await tidy();
    assert.equal((await sms.imports.firstErrors(account, bad.id, 10)).length, 1);
    clock.move(31 * dayMs);
    await tidy();
    assert.deepEqual(await sms.imports.firstErrors(account, bad.id, 10), []);
    assert.equal((await sms.imports.get(account, bad.id)).failed, 1);
  });

  it('keeps nothing of a file of messages that was refused or left unchecked', async () => {
    const dear = await receive(
      Array.from({ length: 1_001 }, (_, at) => `07123${String(at).padStart(5, '0')},x\n`).join(''),
    );
    assert.equal(await refusal(sms.files.send(account, dear)), 'insufficient_balance');
    await sms.uploads.release(dear);
    for (const table of ['sms_send_files', 'sms_send_lists', 'sms_send_list_rows', 'sms_row_errors']) {
      assert.deepEqual(await storedRows(platform.database, table), [], table);
    }
    assert.deepEqual((await sms.accounts.balance(account)).held, 0);
    const sql = `INSERT INTO sms_send_files (account_id, id, state, size_bytes, created_at) VALUES (?, ?, 'checking', 1, ?)`;
    await beside((part) => part('database').commit([{ sql, bindings: [account, dear.id, clock.now()] }]));
    assert.equal(await refusal(sms.files.get(account, dear.id)), 'not_found');
    await tidy();
    assert.equal((await storedRows(platform.database, 'sms_send_files')).length, 1);
    clock.move(dayMs + 1_000);
    await tidy();
    assert.deepEqual(await storedRows(platform.database, 'sms_send_files'), []);
  });
}
