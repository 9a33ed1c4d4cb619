import Sqlite from 'better-sqlite3';
import { simulator, type DatabaseOptions } from '@ujumbe/core';
import { Client } from 'pg';
import type { Stage } from '../child.js';
import { sqliteFileOf, urlOf } from '../databases.js';
import { fillContacts, template } from '../people.js';
import { openPlatform, timed } from '../workload.js';

export interface CampaignInput {
  database: DatabaseOptions;
  recipients: number;
}

export interface CampaignOutput {
  countSeconds: number;
  planSeconds: number;
  expandSeconds: number;
}

const lookEveryMs = 100;

/**
 * Makes a campaign of all contacts. Its operator takes next to nothing and its queue may grow without end, so that what
 * is timed is the making of messages alone.
 */
export async function run({ database, recipients }: CampaignInput, stage: Stage): Promise<CampaignOutput> {
  const transports = [Object.assign(simulator({}), { segmentsPerSecond: 1 })];
  const { sms, accountId } = await openPlatform({ database, transports, limits: { maxAhead: Infinity } });
  stage.say(
    `${recipients.toLocaleString('en')} contacts in ${(await timed(() => fillContacts(sms, accountId, recipients))).toFixed(1)} s`,
  );
  const { id: segment } = await sms.segments.create(accountId, { name: 'all', rule: { active: true } });
  let id = '';
  const countSeconds = await timed(async () => {
    ({ id } = await sms.campaigns.create(accountId, { name: 'All', text: template, segmentIds: [segment] }));
  });
  let planId = '';
  const planSeconds = await timed(async () => {
    ({ id: planId } = await sms.campaigns.plan(accountId, id));
  });
  stage.say(`counted in ${countSeconds.toFixed(1)} s, planned in ${planSeconds.toFixed(1)} s`);
  await sms.start();
  const place = await placeReader(database);
  const expandSeconds = await timed(async () => {
    await sms.campaigns.send(accountId, id, { planId });
    while ((await place.read()) < recipients) await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  });
  await place.close();
  await sms.stop({ deadlineMs: 0 });
  return { countSeconds, planSeconds, expandSeconds };
}

/** Looks at how far the list has come, from outside. */
async function placeReader(database: DatabaseOptions): Promise<{ read(): Promise<number>; close(): Promise<unknown> }> {
  const sql = 'SELECT position FROM sms_send_lists';
  const file = sqliteFileOf(database);
  if (file !== undefined) {
    const sqlite = new Sqlite(file, { readonly: true });
    const statement = sqlite.prepare<[], { position: number }>(sql);
    return {
      read: () => Promise.resolve(statement.get()?.position ?? 0),
      close: () => Promise.resolve(sqlite.close()),
    };
  }
  const client = new Client({ connectionString: urlOf(database) });
  await client.connect();
  return {
    read: async () => (await client.query<{ position: number }>(sql)).rows[0]?.position ?? 0,
    close: () => client.end(),
  };
}
