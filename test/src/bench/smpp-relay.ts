import { existsSync } from 'node:fs';
import { databaseNames, sized, type Bench, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { runTask, startTask } from './child.js';
import type * as relayTask from './tasks/http-to-smpp.js';
import type * as kannelTask from './tasks/kannel.js';
import type * as loadTask from './tasks/load.js';
import type { Serving } from './tasks/serve.js';
import type * as smscTask from './tasks/smsc-simulator.js';

const window = 100;
const delayMs = 50;
const perRequest = 1_000;
const kannelBinary = '/usr/sbin/bearerbox';

export const smppRelayBench: Bench = {
  name: 'smpp-relay',
  title: `HTTP → SMPP → receipt, one transceiver with window ${window}, beside Kannel with its file store`,
  async run(context) {
    const messages = sized(context, 10_000, 100_000);
    const peer = existsSync(kannelBinary) ? await kannel(sized(context, 5_000, 20_000)) : undefined;
    if (peer === undefined) context.say('Kannel is not installed (apt-get install kannel): its side is left out.');
    const rows: Row[] = [];
    for (const kind of context.databases) rows.push(await ours(context, kind, messages, peer));
    return rows;
  },
};

async function withSmsc<T>(work: (port: number) => Promise<T>): Promise<T> {
  const smsc = startTask<typeof smscTask>('smsc-simulator', { delayMs });
  const result = await work((await smsc.ready()) as number);
  await smsc.finish();
  return result;
}

/** Messages a second, receipts told included. */
const kannel = (messages: number): Promise<number> =>
  withSmsc(async (smscPort) => {
    const { output } = await runTask<typeof kannelTask>('kannel', { smscPort, window, messages });
    return output.told / output.seconds;
  });

function ours(context: BenchContext, kind: DatabaseKind, messages: number, peer: number | undefined): Promise<Row> {
  return withSmsc(async (smscPort) => {
    const database = await context.open(kind);
    const input = { database: database.options, smscPort, window };
    const relay = startTask<typeof relayTask>('http-to-smpp', input);
    const serving = (await relay.ready()) as Serving;
    const load = { connections: 4, depth: 1, perRequest, warmUpMs: 0, durationMs: 0, requests: messages / perRequest };
    const asked = await runTask<typeof loadTask>('load', { ...serving, ...load });
    const { output, peakRssMb, cpuSeconds } = await relay.finish();
    await database.dispose();
    return {
      what: `HTTP batches → SMPP → delivered → event, ${databaseNames[kind]}`,
      ours: output.delivered / output.seconds,
      unit: 'messages/s',
      ...(peer !== undefined && {
        peer: { what: 'Kannel, sendsms → SMPP → dlr-url', value: peer },
        target: { of: 'ratio', atLeast: 1 } as const,
      }),
      peakRssMb,
      note: noteOf(output, asked.output.statuses, cpuSeconds),
    };
  });
}

function noteOf(
  { accepted, delivered, failed }: relayTask.HttpToSmppOutput,
  statuses: Record<string, number>,
  cpuSeconds: number,
): string {
  const refused = statuses['429'] ?? 0;
  return [
    `${((cpuSeconds / accepted) * 1e6).toFixed(0)} µs of CPU a message`,
    `${refused} requests refused and sent again`,
    `${accepted - delivered} of ${accepted} not delivered${failed > 0 ? ` (${failed} failed)` : ''}`,
  ].join('; ');
}
