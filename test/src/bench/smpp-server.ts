import { databaseNames, sized, type Bench, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { runTask, startTask, type Finished } from './child.js';
import type * as cycleTask from './tasks/esme-cycle.js';
import type * as platformTask from './tasks/smpp-platform.js';

const sessions = 5;
const window = 100;
/** What an account's plan allows that has more than the usual 50 a second. */
const segmentsPerSecond = 100_000;
const steadyRate = 1_000;
const leastCycles = 5_000;
const mostLatencyMs = 50;

export const smppServerBench: Bench = {
  name: 'smpp-server',
  title: `SMPP: submit, commit, operator, receipt over ${sessions} sessions of one account, window ${window}`,
  async run(context) {
    const rows: Row[] = [];
    for (const kind of context.databases) rows.push(...(await cycles(context, kind)), await latency(context, kind));
    return rows;
  },
};

type Cycle = Finished<cycleTask.EsmeCycleOutput>;

/** Runs messages through a platform of their own; answers with what the client saw and the server's peak memory. */
async function measure(
  context: BenchContext,
  kind: DatabaseKind,
  shape: { messages: number; rate?: number },
): Promise<{ cycle: Cycle; peakRssMb: number; cpuSeconds: number }> {
  const database = await context.open(kind);
  const platform = startTask<typeof platformTask>('smpp-platform', { database: database.options, segmentsPerSecond });
  const serving = (await platform.ready()) as platformTask.SmppServing;
  const cycle = await runTask<typeof cycleTask>('esme-cycle', { ...serving, ...shape, sessions, window });
  const { peakRssMb, cpuSeconds } = await platform.finish();
  await database.dispose();
  return { cycle, peakRssMb, cpuSeconds };
}

async function cycles(context: BenchContext, kind: DatabaseKind): Promise<Row[]> {
  const messages = sized(context, 10_000, 100_000);
  const { cycle, peakRssMb, cpuSeconds } = await measure(context, kind, { messages });
  const { seconds, submitSeconds, refused, receipts, p50, p99 } = cycle.output;
  const missing = messages - refused - receipts;
  return [
    {
      what: `full cycle with receipts, ${databaseNames[kind]}`,
      ours: receipts / seconds,
      unit: 'messages/s',
      target: { of: 'ours', atLeast: leastCycles },
      latency: { p50, p99 },
      peakRssMb,
      note: `${((cpuSeconds / messages) * 1e6).toFixed(0)} µs of CPU a message; ${refused} refused, ${missing} receipts missing`,
    },
    {
      what: `submits answered meanwhile, ${databaseNames[kind]}`,
      ours: messages / submitSeconds,
      unit: 'submits/s',
    },
  ];
}

async function latency(context: BenchContext, kind: DatabaseKind): Promise<Row> {
  const shape = { messages: sized(context, 2_000, 20_000), rate: steadyRate };
  const { cycle, peakRssMb } = await measure(context, kind, shape);
  const { p50, p99 } = cycle.output;
  return {
    what: `submit → answer, at ${steadyRate}/s, ${databaseNames[kind]}`,
    ours: p99,
    unit: 'ms p99',
    target: { of: 'ours', atMost: mostLatencyMs },
    latency: { p50, p99 },
    peakRssMb,
  };
}
