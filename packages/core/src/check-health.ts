import type { compose } from './compose.js';
import { databaseTime } from './database/knex-database.js';
import { countJobs } from './queue/job.store.js';
import { countOrphans } from './receipts/receipt.store.js';
import type { Logger } from './runtime.js';
import type { Health } from './sms.js';

type Part = Awaited<ReturnType<typeof compose>>;
type Check = Health['checks'][number];

/** Clocks farther apart than this send scheduled messages at the wrong time. */
const largestDriftMs = 5_000;

/** Looks at what the platform stands on. Sentences carry no secret and no address. */
export async function checkHealth(part: Part): Promise<Health> {
  const logger = part('logger');
  const checks = [
    await check('database', logger, async () => {
      await part('database').read((tx) => databaseTime(tx));
      return `${part('database').kind} answers`;
    }),
    await check('migrations', logger, async () => {
      const pending = await part('opened').pendingMigrations();
      if (pending.length > 0) throw new Trouble(`${pending.join(', ')} not run yet; run \`ujumbe migrate\``);
      return 'the schema is up to date';
    }),
    await check('clock', logger, async () => {
      const driftMs = Math.round((await part('database').read((tx) => databaseTime(tx))) - Date.now());
      if (Math.abs(driftMs) > largestDriftMs) {
        throw new Trouble(`the database's clock is ${driftMs} ms from ours; set both by NTP`);
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

/** What is wrong, in words meant for whoever looks. */
class Trouble extends Error {}

async function check(name: string, logger: Logger, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    if (error instanceof Trouble) return { name, ok: false, detail: error.message };
    // A driver's message names hosts and statements: those are for the log.
    logger.error({ err: error, check: name }, 'a health check failed');
    return { name, ok: false, detail: 'the database does not answer; the log says why' };
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
