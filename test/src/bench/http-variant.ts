import type { BenchContext, BenchDatabase, DatabaseKind } from './bench.js';
import { runTask, startTask, type Running } from './child.js';
import type * as loadTask from './tasks/load.js';
import type * as serveTask from './tasks/serve.js';

/** A server to load: the platform, or the same work bare, with a database or without. */
export interface Variant extends Pick<serveTask.ServeInput, 'host' | 'work' | 'workers'> {
  database?: DatabaseKind;
}

export type LoadShape = Omit<loadTask.LoadInput, 'port' | 'token'>;

/** What a variant answered in all its rounds together. */
export interface Measured {
  /** Requests answered with success, a second. */
  rate: number;
  latency: { p50: number; p99: number };
  statuses: Record<string, number>;
  stored: number;
  peakRssMb: number;
  /** Of the client, for seeing that it is not what limits. */
  clientCpu: number;
}

interface Served {
  server: Running<{ stored: number }>;
  database: BenchDatabase | undefined;
  rounds: loadTask.LoadOutput[];
  clientCpuSeconds: number;
}

/**
 * Loads the variants in turns, so that what else happens on the machine happens to all of them. Each server has a
 * process of its own, and so has the client.
 */
export async function measureVariants(
  context: BenchContext,
  variants: readonly Variant[],
  shape: LoadShape,
  rounds: number,
): Promise<Measured[]> {
  const served: Served[] = [];
  for (const variant of variants) served.push(await start(context, variant));
  for (let round = 0; round < rounds; round++) for (const one of served) await load(one, shape);
  const measured: Measured[] = [];
  for (const one of served) measured.push(await finish(one));
  return measured;
}

async function start(context: BenchContext, { database: kind, ...variant }: Variant): Promise<Served> {
  const database = kind && (await context.open(kind));
  const server = startTask<typeof serveTask>('serve', { ...variant, ...(database && { database: database.options }) });
  return { server, database, rounds: [], clientCpuSeconds: 0 };
}

async function load(one: Served, shape: LoadShape): Promise<void> {
  const { port, token } = (await one.server.ready()) as serveTask.Serving;
  const { output, cpuSeconds } = await runTask<typeof loadTask>('load', { ...shape, port, token });
  one.rounds.push(output);
  one.clientCpuSeconds += cpuSeconds;
}

async function finish({ server, database, rounds, clientCpuSeconds }: Served): Promise<Measured> {
  const { output, peakRssMb } = await server.finish();
  await database?.dispose();
  const statuses: Record<string, number> = {};
  for (const round of rounds) {
    for (const [status, count] of Object.entries(round.statuses)) statuses[status] = (statuses[status] ?? 0) + count;
  }
  const seconds = sum(rounds.map((round) => round.seconds));
  const succeeded = sum(Object.entries(statuses).map(([status, count]) => (status.startsWith('2') ? count : 0)));
  return {
    rate: succeeded / seconds,
    // The worst round's, since percentiles cannot be added up.
    latency: { p50: Math.max(...rounds.map(({ p50 }) => p50)), p99: Math.max(...rounds.map(({ p99 }) => p99)) },
    statuses,
    stored: output.stored,
    peakRssMb,
    clientCpu: clientCpuSeconds / seconds,
  };
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
