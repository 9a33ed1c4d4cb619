import type { compose } from './compose.js';
import { databaseTime } from './database/knex-database.js';
import { countJobs } from './queue/job.store.js';
import { countOrphans } from './receipts/receipt.store.js';
import type { Health } from './sms.js';

type Part = Awaited<ReturnType<typeof compose>>;
type Check = Health['checks'][number];

/** Clocks farther apart than this send scheduled messages at the wrong time. */
const largestDriftMs = 5_000;

/** Looks at what the platform stands on. Sentences carry no secret and no address. */
export async function checkHealth(part: Part): Promise<Health> {
  const checks = [
    await check('database', async () => {
      const { ready } = await part('database').read((tx) => countJobs(tx));
      return `${part('database').kind}, ${ready} messages ready to leave`;
    }),
    await check('migrations', async () => {
      const pending = await part('opened').pendingMigrations();
      if (pending.length > 0) throw new Error(`${pending.join(', ')} not run yet; run \`ujumbe migrate\``);
      return 'the schema is up to date';
    }),
    await check('clock', async () => {
      const driftMs = Math.round((await part('database').read((tx) => databaseTime(tx))) - Date.now());
      if (Math.abs(driftMs) > largestDriftMs) {
        throw new Error(`the database's clock is ${driftMs} ms from ours; set both by NTP`);
      }
      return 'agrees with the database';
    }),
    ...part('transports').map((transport): Check => {
      const wrong = transport.trouble?.() ?? null;
      return { name: `transport ${transport.name}`, ok: wrong === null, detail: wrong ?? 'takes messages' };
    }),
  ];
  return { ok: checks.every(({ ok }) => ok), checks };
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : 'failed' };
  }
}

/** How much work stands where; for metrics. */
export async function countWork(
  part: Part,
): Promise<{ ready: number; waiting: number; claimed: number; inFlight: number; orphans: number }> {
  const counts = await part('database').read(async (tx) => ({
    ...(await countJobs(tx)),
    orphans: await countOrphans(tx),
  }));
  const inFlight = part('dispatchers').reduce((sum, dispatcher) => sum + dispatcher.inFlight, 0);
  return { ...counts, inFlight };
}
