import { parseArgs } from 'node:util';
import { acceptBench } from './accept.js';
import type { Bench, BenchContext, DatabaseKind, Row, Size } from './bench.js';
import { bulkBench } from './bulk.js';
import { campaignBench } from './campaign.js';
import { BenchDatabases } from './databases.js';
import { endToEndBench } from './end-to-end.js';
import { httpBatchBench } from './http-batch.js';
import { httpSingleBench } from './http-single.js';
import { importBench } from './import.js';
import { latencyBench } from './latency.js';
import { overloadBench } from './overload.js';
import { queueBench } from './queue.js';
import { machineFacts, tableOf } from './report.js';
import { smppLatencyBench } from './smpp-latency.js';
import { smppRelayBench } from './smpp-relay.js';
import { smppServerBench } from './smpp-server.js';
import { smppSessionBench } from './smpp-session.js';

/** Latency comes after end-to-end, of whose rate it takes a tenth. */
const benches: readonly Bench[] = [
  httpSingleBench,
  httpBatchBench,
  acceptBench,
  queueBench,
  endToEndBench,
  latencyBench,
  bulkBench,
  campaignBench,
  overloadBench,
  importBench,
  smppSessionBench,
  smppServerBench,
  smppLatencyBench,
  smppRelayBench,
];

const usage = `npm run bench -- [options]
  --only NAME          one of ${benches.map(({ name }) => name).join(', ')}; may be given several times
  --database KIND      sqlite or postgres; both unless given
  --quick              small sizes, to try a benchmark out
  --full               the sizes of the specification, such as a million messages end to end`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      database: { type: 'string' },
      quick: { type: 'boolean' },
      full: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const size: Size = values.quick ? 'quick' : values.full ? 'full' : 'usual';
  await runAll(chosenBenches(values.only), chosenDatabases(values.database), size);
}

function chosenBenches(only: readonly string[] | undefined): readonly Bench[] {
  const unknown = only?.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown !== undefined) throw new Error(`There is no benchmark ${unknown}.\n${usage}`);
  return only ? benches.filter(({ name }) => only.includes(name)) : benches;
}

function chosenDatabases(name: string | undefined): readonly DatabaseKind[] {
  if (name === undefined) return ['sqlite', 'postgres'];
  if (name === 'sqlite' || name === 'postgres') return [name];
  throw new Error(`The database is sqlite or postgres.\n${usage}`);
}

async function runAll(chosen: readonly Bench[], kinds: readonly DatabaseKind[], size: Size): Promise<void> {
  const databases = new BenchDatabases();
  const context: BenchContext = {
    size,
    databases: kinds,
    open: (kind) => databases.open(kind),
    say: (line) => console.log(`  ${line}`),
    endToEndRates: new Map(),
  };
  const summary: Row[] = [];
  console.log(`${machineFacts()}; sizes: ${size}\n`);
  try {
    for (const bench of chosen) {
      console.log(`${bench.name}: ${bench.title}`);
      summary.push(...(await runOne(bench, context)));
    }
  } finally {
    await databases.close();
  }
  console.log(`## Summary\n\n${machineFacts()}; sizes: ${size}\n\n${tableOf(summary)}`);
}

/** A benchmark that fails says so, and the others run all the same. */
async function runOne(bench: Bench, context: BenchContext): Promise<Row[]> {
  try {
    const rows = await bench.run(context);
    console.log(`\n${tableOf(rows)}\n`);
    return rows;
  } catch (error) {
    console.error(`\n${bench.name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return [];
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
