import { databaseNames, sized, type Bench, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { measureVariants, type Measured } from './http-variant.js';

/** Half as many requests again as the platform lets wait (20,000) before it says 429. */
const connections = 100;
const depth = 300;

export const overloadBench: Bench = {
  name: 'overload',
  title: `Overload: ${connections * depth} requests at once; each is queued or refused with 429, none is dropped`,
  async run(context) {
    const rows: Row[] = [];
    for (const kind of context.databases) rows.push(...(await measure(context, kind)));
    return rows;
  },
};

async function measure(context: BenchContext, kind: DatabaseKind): Promise<Row[]> {
  const requests = sized(context, 60_000, 200_000);
  const shape = { connections, depth, perRequest: 1, warmUpMs: 0, durationMs: 0, requests };
  const variant = { host: 'server', work: 'platform', database: kind, workers: true } as const;
  const [measured] = await measureVariants(context, [variant], shape, 1);
  if (!measured) return [];
  const accepted = count(measured, (status) => status.startsWith('2'));
  const refused = count(measured, (status) => status === '429');
  const note = Object.entries(measured.statuses)
    .map(([status, answers]) => `${answers} × ${status}`)
    .join(', ');
  return [
    {
      what: `overload, answered 2xx or 429, ${databaseNames[kind]}`,
      ours: accepted + refused,
      unit: 'answers',
      peer: { what: 'requests sent', value: requests },
      target: { of: 'ratio', atLeast: 1, atMost: 1 },
      latency: measured.latency,
      peakRssMb: measured.peakRssMb,
      note,
    },
    {
      what: `overload, stored, ${databaseNames[kind]}`,
      ours: measured.stored,
      unit: 'messages',
      peer: { what: 'answered 2xx', value: accepted },
      target: { of: 'ratio', atLeast: 1, atMost: 1 },
      note: `${Math.round(measured.rate).toLocaleString('en')} accepted a second meanwhile`,
    },
  ];
}

function count({ statuses }: Measured, matches: (status: string) => boolean): number {
  return Object.entries(statuses).reduce((sum, [status, answers]) => (matches(status) ? sum + answers : sum), 0);
}
