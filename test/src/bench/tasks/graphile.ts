import { Logger, makeWorkerUtils, run as startRunner, type RunnerOptions } from 'graphile-worker';
import { Client } from 'pg';
import { timed } from '../workload.js';
import { jobPayload } from './claim-and-settle.js';

export interface GraphileInput {
  url: string;
  jobs: number;
  settings: 'default' | 'fastest';
}

const logger = new Logger(() => () => {});

/** The settings its own documentation names for throughput: jobs are fetched, and their ends written, in batches. */
const fastest = {
  concurrentJobs: 24,
  localQueue: { size: 500 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
};

/** Takes every job of a full queue and ends it, with graphile-worker. */
export async function run({ url, jobs, settings }: GraphileInput): Promise<{ seconds: number }> {
  await fill(url, jobs);
  const client = new Client({ connectionString: url });
  await client.connect();
  let done = 0;
  let isDone: () => void = () => {};
  const allDone = new Promise<void>((resolve) => (isDone = resolve));
  const options: RunnerOptions = {
    preset: { worker: { connectionString: url, logger, ...(settings === 'fastest' ? fastest : {}) } },
    noHandleSignals: true,
    taskList: {
      bench: () => {
        if (++done === jobs) isDone();
      },
    },
  };
  let runner: Awaited<ReturnType<typeof startRunner>> | undefined;
  const seconds = await timed(async () => {
    runner = await startRunner(options);
    await allDone;
    while ((await left(client)) > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });
  await runner?.stop();
  await client.end();
  return { seconds };
}

/** A job is ended when its row is gone, not when its task returned. */
async function left(client: Client): Promise<number> {
  const { rows } = await client.query<{ left: number }>('SELECT count(*)::int AS left FROM graphile_worker.jobs');
  return rows[0]?.left ?? 0;
}

async function fill(url: string, jobs: number): Promise<void> {
  const utils = await makeWorkerUtils({ connectionString: url, logger });
  await utils.migrate();
  for (let first = 0; first < jobs; first += 1_000) {
    const count = Math.min(1_000, jobs - first);
    await utils.addJobs(
      Array.from({ length: count }, (_, row) => ({ identifier: 'bench', payload: jobPayload(first + row) })),
    );
  }
  await utils.release();
}
