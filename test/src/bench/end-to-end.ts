import { databaseNames, sized, type Bench, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { runTask } from './child.js';
import type * as endToEndTask from './tasks/end-to-end.js';

const leastRate: Record<DatabaseKind, number> = { sqlite: 5_000, postgres: 8_000 };
const mostRssMb = 350;

export const endToEndBench: Bench = {
  name: 'end-to-end',
  title: 'End to end: accepted → submitted → delivered → event, through the simulated operator (50 ms)',
  async run(context) {
    const rows: Row[] = [];
    for (const kind of context.databases) rows.push(...(await measure(context, kind)));
    return rows;
  },
};

async function measure(context: BenchContext, kind: DatabaseKind): Promise<Row[]> {
  const messages = sized(context, 20_000, 200_000, 1_000_000);
  const database = await context.open(kind);
  context.say(databaseNames[kind]);
  const input = {
    database: database.options,
    messages,
    perCall: 500,
    onTheWay: 10_000,
    simulatorDelayMs: 50,
    tellEvery: sized(context, 10_000, 50_000, 100_000),
  };
  const { output, peakRssMb, cpuSeconds } = await runTask<typeof endToEndTask>('end-to-end', input, (line) =>
    context.say(line),
  );
  await database.dispose();
  const rate = messages / output.seconds;
  context.endToEndRates.set(kind, rate);
  const steady = output.rates.slice(1);
  const median = [...steady].sort((a, b) => a - b)[Math.floor(steady.length / 2)] ?? rate;
  return [
    {
      what: `end to end, ${messages.toLocaleString('en')} messages, ${databaseNames[kind]}`,
      ours: rate,
      unit: 'messages/s',
      target: { of: 'ours', atLeast: leastRate[kind] },
      peakRssMb,
      note: `${((cpuSeconds / messages) * 1e6).toFixed(0)} µs of CPU a message`,
    },
    {
      what: `end to end, last stretch, ${databaseNames[kind]}`,
      ours: output.rates.at(-1) ?? rate,
      unit: 'messages/s',
      // The first stretch warms the process up, and the last ends with an emptying pipeline.
      peer: { what: `the median stretch of ${input.tellEvery.toLocaleString('en')}`, value: median },
      note: `each: ${output.rates.map((each) => Math.round(each)).join(', ')}`,
    },
    {
      what: `end to end, peak RSS, ${databaseNames[kind]}`,
      ours: peakRssMb,
      unit: 'MB',
      target: { of: 'ours', atMost: mostRssMb },
    },
  ];
}
