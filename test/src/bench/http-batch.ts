import { databaseNames, sized, type Bench } from './bench.js';
import { measureVariants } from './http-variant.js';

const perRequest = 1_000;
const connections = 8;

export const httpBatchBench: Bench = {
  name: 'http-batch',
  title: `Batch sends over HTTP: POST /messages/batch with ${perRequest} rows, ${connections} connections`,
  async run(context) {
    const variants = (['express', 'server'] as const).flatMap((host) =>
      context.databases.map((database) => ({ host, database, work: 'platform' as const })),
    );
    const shape = {
      connections,
      depth: 1,
      perRequest,
      warmUpMs: sized(context, 500, 2_000),
      durationMs: sized(context, 2_000, 6_000),
    };
    const measured = await measureVariants(context, variants, shape, sized(context, 1, 2));
    return measured.map((one, place) => {
      const { host, database } = variants[place]!;
      const name = host === 'express' ? 'Express app' : 'packages/server';
      return {
        what: `batches of ${perRequest}, ${name}, ${databaseNames[database]}`,
        ours: one.rate * perRequest,
        unit: 'messages/s',
        target: { of: 'ours', atLeast: 30_000 },
        latency: one.latency,
        peakRssMb: one.peakRssMb,
        note: `client used ${(one.clientCpu * 100).toFixed(0)} % of a core`,
      };
    });
  },
};
