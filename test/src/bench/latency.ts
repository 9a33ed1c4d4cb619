import { databaseNames, sized, type Bench, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { runTask } from './child.js';
import type * as paceTask from './tasks/pace.js';

/** What end to end is asked to reach, for when it was not measured in this run. */
const usualRates: Record<DatabaseKind, number> = { sqlite: 5_000, postgres: 8_000 };
const mostP99Ms = 50;

export const latencyBench: Bench = {
  name: 'latency',
  title: 'Latency: from the call of sms.send to the submit, at a tenth of the end-to-end rate',
  async run(context) {
    const rows: Row[] = [];
    for (const kind of context.databases) rows.push(...(await measure(context, kind)));
    return rows;
  },
};

async function measure(context: BenchContext, kind: DatabaseKind): Promise<Row[]> {
  const rate = Math.round((context.endToEndRates.get(kind) ?? usualRates[kind]) / 10);
  const database = await context.open(kind);
  const input = { database: database.options, rate, seconds: sized(context, 3, 20) };
  const { output, peakRssMb } = await runTask<typeof paceTask>('pace', input);
  await database.dispose();
  const at = `at ${rate}/s, ${databaseNames[kind]}`;
  const unit = 'ms p99';
  return [
    {
      what: `call → submit, ${at}`,
      ours: output.submitted.p99,
      unit,
      target: { of: 'ours', atMost: mostP99Ms },
      latency: output.submitted,
      peakRssMb,
    },
    { what: `call → answer, ${at}`, ours: output.accepted.p99, unit, latency: output.accepted },
    { what: `call → submitted event, ${at}`, ours: output.announced.p99, unit, latency: output.announced },
  ];
}
