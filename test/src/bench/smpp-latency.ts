import { databaseNames, sized, type Bench, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { runTask, startTask } from './child.js';
import type { TimesByNumber } from './clock.js';
import { Percentiles } from './percentiles.js';
import type * as cycleTask from './tasks/esme-cycle.js';
import type * as platformTask from './tasks/smpp-platform.js';
import type * as smscTask from './tasks/smsc-simulator.js';

const rate = 1_000;
const mostP99Ms = 100;
const warmUp = 3 * rate;
const shape = { sessions: 5, window: 100, rate, warmUp, notes: true };
const segmentsPerSecond = 100_000;

export const smppLatencyBench: Bench = {
  name: 'smpp-latency',
  title: `SMPP: from the ESME's submit to the operator's, ${rate} a second over ${shape.sessions} sessions`,
  async run(context) {
    const rows: Row[] = [];
    for (const kind of context.databases) rows.push(await measure(context, kind));
    return rows;
  },
};

/** Three processes: the ESME, the platform, and the operator, which is bound to over SMPP. */
async function measure(context: BenchContext, kind: DatabaseKind): Promise<Row> {
  const messages = warmUp + sized(context, 2_000, 20_000);
  const database = await context.open(kind);
  const smsc = startTask<typeof smscTask>('smsc-simulator', { delayMs: 50, notes: true });
  const smscPort = (await smsc.ready()) as number;
  const input = { database: database.options, segmentsPerSecond, smscPort };
  const platform = startTask<typeof platformTask>('smpp-platform', input);
  const serving = (await platform.ready()) as platformTask.SmppServing;
  const cycle = await runTask<typeof cycleTask>('esme-cycle', { ...serving, ...shape, messages });
  const { peakRssMb, cpuSeconds } = await platform.finish();
  const operator = await smsc.finish();
  await database.dispose();
  const latency = between(cycle.output.submittedAt, operator.output.submittedAt);
  const { refused, receipts } = cycle.output;
  return {
    what: `submit in → submit out at ${rate}/s, ${databaseNames[kind]}`,
    ours: latency.p99,
    unit: 'ms p99',
    target: { of: 'ours', atMost: mostP99Ms },
    latency,
    peakRssMb,
    note: `${((cpuSeconds / messages) * 1e6).toFixed(0)} µs of CPU a message; ${refused} refused, ${messages - refused - receipts} receipts missing`,
  };
}

function between(starts: TimesByNumber, ends: TimesByNumber): { p50: number; p99: number } {
  const times = new Percentiles();
  for (const [number, startMs] of Object.entries(starts)) {
    const endMs = ends[number];
    if (endMs === undefined) throw new Error('A message was submitted to us and never to the operator.');
    times.add(endMs - startMs);
  }
  return times.spread();
}
