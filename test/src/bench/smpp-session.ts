import { sized, type Bench, type BenchContext, type Row } from './bench.js';
import { runTask, startTask } from './child.js';
import type * as esmeTask from './tasks/esme.js';
import type * as smscTask from './tasks/smsc.js';

const windows = [1, 10, 100, 1_000];
const rounds = 3;

interface Measured {
  rate: number;
  p50: number;
  p99: number;
  /** Of both sides together. */
  cpuMicros: number;
}

/** What the specification asks for, at this window. */
const targetWindow = 100;
const timesFaster = 8;
const mostCpu = 0.1;

export const smppSessionBench: Bench = {
  name: 'smpp-session',
  title: 'SMPP: submit_sm and its answer over one session, both sides of one library, beside npm smpp 0.5',
  async run(context) {
    const rows: Row[] = [];
    for (const window of windows) rows.push(...(await besides(context, window)));
    return rows;
  },
};

/** Both libraries in turns, since other work on the machine comes and goes. */
async function besides(context: BenchContext, window: number): Promise<Row[]> {
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < sized(context, 1, rounds); round++) {
    ours.push(await measure(context, 'ours', window));
    theirs.push(await measure(context, 'npm smpp', window));
  }
  const [best, peer] = [ours, theirs].map((all) => all.reduce((a, b) => (a.rate > b.rate ? a : b)));
  if (!best || !peer) return [];
  const isTarget = window === targetWindow;
  return [
    {
      what: `submits, window ${window}`,
      ours: best.rate,
      unit: 'submits/s',
      peer: { what: 'npm smpp 0.5.1', value: peer.rate },
      latency: { p50: best.p50, p99: best.p99 },
      ...(isTarget && { target: { of: 'ratio', atLeast: timesFaster } as const }),
    },
    {
      what: `CPU of both sides, window ${window}`,
      ours: best.cpuMicros,
      unit: 'µs a submit',
      peer: { what: 'npm smpp 0.5.1', value: peer.cpuMicros },
      ...(isTarget && { target: { of: 'ratio', atMost: mostCpu } as const }),
    },
  ];
}

async function measure(context: BenchContext, library: 'ours' | 'npm smpp', window: number): Promise<Measured> {
  const smsc = startTask<typeof smscTask>('smsc', { library });
  const port = (await smsc.ready()) as number;
  const input = { library, port, window, seconds: sized(context, 1, 4) };
  const { output, cpuSeconds } = await runTask<typeof esmeTask>('esme', input);
  const served = await smsc.finish();
  return {
    rate: output.submits / output.seconds,
    p50: output.p50,
    p99: output.p99,
    cpuMicros: ((cpuSeconds + served.cpuSeconds) / served.output.answered) * 1e6,
  };
}
