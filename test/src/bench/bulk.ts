import { acceptBesideInserts } from './accept-beside-inserts.js';
import { sized, type Bench } from './bench.js';

/** The most rows one call takes. */
const perCall = 1_000;

export const bulkBench: Bench = {
  name: 'bulk',
  title: 'Bulk accept in process, 1,000 messages a call, beside bare inserts of the same rows',
  async run(context) {
    const messages = sized(context, 50_000, 1_000_000);
    const work = { messages, perCall, atOnce: 4, group: perCall, rounds: 1 };
    const rows = [];
    for (const kind of context.databases) {
      const what = `bulk accept of ${messages.toLocaleString('en')}`;
      rows.push(...(await acceptBesideInserts(context, kind, what, work)));
    }
    return rows;
  },
};
