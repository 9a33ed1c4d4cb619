import { acceptBesideInserts } from './accept-beside-inserts.js';
import { sized, type Bench } from './bench.js';

/** Core writes at most this many messages in one commit; while one is written, the calls of the next gather. */
const group = 500;
const atOnce = 1_000;

export const acceptBench: Bench = {
  name: 'accept',
  title: 'Accept in process: sms.send, many at once, beside bare grouped inserts of the same rows',
  async run(context) {
    const messages = sized(context, 20_000, 200_000);
    const work = { messages, perCall: 1, atOnce, group, rounds: sized(context, 1, 2) };
    const rows = [];
    for (const kind of context.databases) {
      rows.push(...(await acceptBesideInserts(context, kind, 'accept, one message a call', work)));
    }
    return rows.map((row) =>
      row.peer?.what.includes('JSON') ? { ...row, target: { of: 'ratio', atLeast: 0.5 } } : row,
    );
  },
};
