import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSms } from './create-sms.js';
import { openDatabase, type OpenDatabase } from './database/open-database.js';
import { HousekeepingWorker } from './housekeeping.worker.js';
import { uuidV7Ids } from './ids.js';
import { silentLogger, systemClock } from './runtime.js';
import { Signal } from './signal.js';
import type { Sms } from './sms.js';
import { simulator } from './transports/simulator.js';
import { UploadFolder } from './uploads/upload-folder.js';

const dayMs = 86_400_000;

describe('housekeeping', () => {
  let folder: string;
  let sms: Sms;
  let opened: OpenDatabase;
  let account: string;
  const url = 'http://127.0.0.1:9/hook';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ujumbe-core-'));
    const database = { client: 'better-sqlite3', filename: join(folder, 'sms.sqlite') } as const;
    const secret = Buffer.alloc(32, 7).toString('base64');
    sms = await createSms({ database, secret, transports: [simulator()], webhookAllow: ['127.0.0.1'] });
    opened = await openDatabase(database);
    const wanted = { name: 'Duka', country: 'TZ', currency: 'TZS', credits: 10_000, sender: 'DUKA' };
    account = (await sms.accounts.open(wanted)).account.id;
  });
  after(async () => {
    await opened.close();
    await sms.stop();
    rmSync(folder, { recursive: true });
  });

  /** Tidies up as a process would that looks at the clock so much later. */
  const tidyAfter = (laterMs: number): Promise<void> =>
    new HousekeepingWorker({
      database: opened.database,
      clock: { now: () => Date.now() + laterMs },
      logger: silentLogger,
      ids: uuidV7Ids(systemClock),
      runStatements: () => Promise.reject(new Error('nothing here is stranded')),
      eventsReady: new Signal(),
      uploads: new UploadFolder({ folder: join(folder, 'uploads'), isPublic: false }, uuidV7Ids(systemClock)),
      keepEventsMs: 30 * dayMs,
    }).tidy();

  it('takes out subscriptions that have long been disabled, and leaves those that hear', async () => {
    const subscribe = async (): Promise<string> =>
      (await sms.webhooks.create(account, { url, events: ['*'] })).webhook.id;
    const [dead, alive] = [await subscribe(), await subscribe()];
    await sms.webhooks.update(account, dead, { state: 'disabled' });
    await tidyAfter(29 * dayMs);
    assert.equal((await sms.webhooks.list(account)).length, 2);
    await tidyAfter(31 * dayMs);
    assert.deepEqual(
      (await sms.webhooks.list(account)).map(({ id }) => id),
      [alive],
    );
  });

  it('takes out a watch that is given up, and leaves one that has still to tell', async () => {
    const { accepted } = await sms.send(account, { to: '+255712345904', message: 'Habari' });
    const messageIds = accepted.map(({ id }) => id);
    const watch = async (): Promise<string> =>
      (await sms.watches.create(account, { url, messageIds, withinMs: 60_000 })).watch.id;
    const [given, kept] = [await watch(), await watch()];
    await opened.database.commit([
      {
        sql: `UPDATE sms_deliveries SET state = 'exhausted', next_at = NULL, done_at = ? WHERE webhook_id = ?`,
        bindings: [Date.now(), given],
      },
    ]);
    await tidyAfter(0);
    await sms.watches.get(account, given);
    await tidyAfter(2 * dayMs);
    await assert.rejects(sms.watches.get(account, given), { code: 'not_found' });
    assert.equal((await sms.watches.get(account, kept)).messages.length, 1);
  });
});
