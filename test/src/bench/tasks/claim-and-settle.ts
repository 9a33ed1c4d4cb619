import { randomUUID } from 'node:crypto';
import type { DatabaseOptions } from '@ujumbe/core';
import {
  compiled,
  coreIds,
  openCoreDatabase,
  type CoreDatabase,
  type CoreStatement,
  type CoreTransaction,
} from '../compiled.js';
import { recipient, text, timed } from '../workload.js';

export interface ClaimInput {
  database: DatabaseOptions;
  jobs: number;
  batch: number;
  /** How many claim side by side. */
  claimers: number;
}

/** What is used of core's `queue/job.store.ts`. */
interface JobStore {
  enqueue(kind: 'sqlite' | 'postgres', jobs: readonly object[]): CoreStatement;
  claimJobs(
    tx: CoreTransaction,
    claim: { route: string; workerId: string; limit: number; order: 'urgent' },
  ): Promise<{ id: string }[]>;
  finishJobs(kind: 'sqlite' | 'postgres', ids: readonly string[], workerId: string): CoreStatement;
}

const route = 'bench';

/** Takes every job of a full queue and ends it: the queue alone, as dispatch uses it. */
export async function run({ database, jobs, batch, claimers }: ClaimInput): Promise<{ seconds: number }> {
  const core = await openCoreDatabase(database);
  const store = await compiled<JobStore>('core/dist/queue/job.store.js');
  await core.migrate();
  await fill(core, store, jobs);
  let ended = 0;
  const claimer = async (): Promise<void> => {
    const workerId = randomUUID();
    for (;;) {
      const claim = { route, workerId, limit: batch, order: 'urgent' } as const;
      const claimed = await core.database.write((tx) => store.claimJobs(tx, claim));
      if (claimed.length === 0) return;
      const ids = claimed.map(({ id }) => id);
      await core.database.commit([store.finishJobs(core.database.kind, ids, workerId)]);
      ended += ids.length;
    }
  };
  const seconds = await timed(() => Promise.all(Array.from({ length: claimers }, claimer)));
  await core.close();
  if (ended !== jobs) throw new Error(`${jobs} jobs were queued and ${ended} ended.`);
  return { seconds };
}

async function fill({ database }: CoreDatabase, store: JobStore, jobs: number): Promise<void> {
  const ids = await coreIds();
  const accountId = ids.next();
  for (let first = 0; first < jobs; first += 1_000) {
    const rows = Array.from({ length: Math.min(1_000, jobs - first) }, (_, row) => ({
      id: ids.next(),
      accountId,
      route,
      lane: 'transactional',
      turn: first + row,
      runAt: null,
      segments: 1,
      payload: JSON.stringify(jobPayload(first + row)),
    }));
    await database.commit([store.enqueue(database.kind, rows)]);
  }
}

/** What core's jobs carry; graphile-worker's carry the same. */
export const jobPayload = (index: number): object => ({
  ...{ r: recipient(index), f: 'MYAPP', t: text, e: 'gsm7', c: 1_000 },
  ...{ x: 1_900_000_000_000, s: 'queued', p: 'on_submit', k: null },
});
