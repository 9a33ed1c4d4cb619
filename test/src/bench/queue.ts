import { databaseNames, sized, type Bench, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { runTask } from './child.js';
import { urlOf } from './databases.js';
import type * as claimTask from './tasks/claim-and-settle.js';
import type * as graphileTask from './tasks/graphile.js';

const batch = 500;
const claimerCounts = [1, 2, 4];

/** How much faster than graphile-worker the specification wants the queue to be. */
const timesFaster = { fastest: 1.5, default: 10 };

export const queueBench: Bench = {
  name: 'queue',
  title: `Queue: claim and settle in batches of ${batch}, beside graphile-worker on the same PostgreSQL`,
  async run(context) {
    const jobs = sized(context, 20_000, 200_000);
    const rows: Row[] = [];
    if (context.databases.includes('sqlite')) rows.push(await ours(context, 'sqlite', jobs, 1));
    if (!context.databases.includes('postgres')) return rows;
    const onPostgres: Row[] = [];
    for (const claimers of claimerCounts) onPostgres.push(await ours(context, 'postgres', jobs, claimers));
    const best = onPostgres.reduce((a, b) => (a.ours > b.ours ? a : b));
    for (const settings of ['fastest', 'default'] as const) {
      // Its defaults are slow enough to be measured on fewer jobs.
      const value = await graphile(context, settings === 'default' ? jobs / 10 : jobs, settings);
      const target = { of: 'ratio', atLeast: timesFaster[settings] } as const;
      onPostgres.push({ ...best, peer: { what: `graphile-worker, ${settings}`, value }, target });
    }
    return [...rows, ...onPostgres];
  },
};

async function ours(context: BenchContext, kind: DatabaseKind, jobs: number, claimers: number): Promise<Row> {
  const database = await context.open(kind);
  const input = { database: database.options, jobs, batch, claimers };
  const { output, peakRssMb } = await runTask<typeof claimTask>('claim-and-settle', input);
  await database.dispose();
  return {
    what: `claim and settle, ${claimers} at a time, ${databaseNames[kind]}`,
    ours: jobs / output.seconds,
    unit: 'jobs/s',
    peakRssMb,
  };
}

async function graphile(context: BenchContext, jobs: number, settings: 'default' | 'fastest'): Promise<number> {
  const database = await context.open('postgres');
  const { output } = await runTask<typeof graphileTask>('graphile', { url: urlOf(database.options), jobs, settings });
  await database.dispose();
  return jobs / output.seconds;
}
