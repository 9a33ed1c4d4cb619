import { databaseNames, sized, type Bench, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { measureVariants, type Measured, type Variant } from './http-variant.js';

const connections = 64;

/** A server with the limit it is held against. */
interface Pair {
  what: string;
  ours: Variant;
  limit: Variant;
  limitName: string;
  atLeast?: number;
}

export const httpSingleBench: Bench = {
  name: 'http-single',
  title: `Single sends over HTTP, ${connections} connections kept alive, beside the same work on bare hosts`,
  async run(context) {
    const rows: Row[] = [];
    for (const kind of context.databases) {
      rows.push(await measure(context, inExpress(kind)), await measure(context, onServer(kind)));
      rows.push(await measure(context, withWorkers(kind)));
    }
    return rows;
  },
};

const inExpress = (database: DatabaseKind): Pair => ({
  what: `single sends, Express app, ${databaseNames[database]}`,
  ours: { host: 'express', work: 'platform', database },
  limit: { host: 'express', work: 'bare' },
  limitName: 'the same Express app, no database',
  atLeast: 0.85,
});

const onServer = (database: DatabaseKind): Pair => ({
  what: `single sends, packages/server, ${databaseNames[database]}`,
  ours: { host: 'server', work: 'platform', database },
  limit: { host: 'server', work: 'bare', database },
  limitName: 'bare node:http, bare grouped inserts',
  atLeast: 0.75,
});

/** What the server does when it also submits, records and announces; end-to-end is the measure of that. */
const withWorkers = (database: DatabaseKind): Pair => ({
  what: `single sends, packages/server, ${databaseNames[database]}, workers running`,
  ours: { host: 'server', work: 'platform', database, workers: true },
  limit: { host: 'server', work: 'bare' },
  limitName: 'bare node:http, no database',
});

async function measure(context: BenchContext, { what, ours, limit, limitName, atLeast }: Pair): Promise<Row> {
  const shape = {
    connections,
    depth: 1,
    perRequest: 1,
    warmUpMs: sized(context, 500, 1_500),
    durationMs: sized(context, 1_500, 4_000),
  };
  const [measured, bare] = await measureVariants(context, [ours, limit], shape, sized(context, 1, 3));
  if (!measured || !bare) throw new Error('A server was not measured.');
  return {
    what,
    ours: measured.rate,
    unit: 'requests/s',
    peer: { what: limitName, value: bare.rate },
    ...(atLeast === undefined ? {} : { target: { of: 'ratio', atLeast } }),
    latency: measured.latency,
    peakRssMb: measured.peakRssMb,
    note: `limit's p99 ${bare.latency.p99.toFixed(1)} ms; ${failures(measured)}client used ${(measured.clientCpu * 100).toFixed(0)} % of a core`,
  };
}

function failures({ statuses }: Measured): string {
  const failed = Object.entries(statuses).filter(([status]) => !status.startsWith('2'));
  return failed.map(([status, count]) => `${count} × ${status}; `).join('');
}
