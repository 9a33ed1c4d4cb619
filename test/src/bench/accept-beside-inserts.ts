import { databaseNames, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { runTask, type Finished } from './child.js';
import type * as acceptTask from './tasks/accept.js';
import type * as insertTask from './tasks/insert-rows.js';

export interface AcceptWork {
  messages: number;
  perCall: number;
  atOnce: number;
  /** Messages in one commit of the bare inserts. */
  group: number;
  /** Ours and theirs take turns so many times, since other work on the machine comes and goes. */
  rounds: number;
}

interface Timed {
  seconds: number;
  cpuSeconds: number;
  peakRssMb: number;
}

/** Accepts messages, writes the same rows bare, and puts the rates side by side. */
export async function acceptBesideInserts(
  context: BenchContext,
  kind: DatabaseKind,
  what: string,
  work: AcceptWork,
): Promise<Row[]> {
  const forms = kind === 'sqlite' ? (['json', 'rows'] as const) : (['json'] as const);
  const ours: Timed[] = [];
  const bare = { json: [] as Timed[], rows: [] as Timed[] };
  for (let round = 0; round < work.rounds; round++) {
    ours.push(await accept(context, kind, work));
    for (const form of forms) bare[form].push(await insert(context, kind, work, form));
  }
  const rate = (rounds: Timed[]): number => (work.messages * work.rounds) / sum(rounds.map(({ seconds }) => seconds));
  const cpuMicros = (sum(ours.map(({ cpuSeconds }) => cpuSeconds)) / (work.messages * work.rounds)) * 1e6;
  return forms.map((form) => ({
    what: `${what}, ${databaseNames[kind]}`,
    ours: rate(ours),
    unit: 'messages/s',
    peer: { what: peers[form], value: rate(bare[form]) },
    peakRssMb: Math.max(...ours.map(({ peakRssMb }) => peakRssMb)),
    note: `${cpuMicros.toFixed(0)} µs of CPU a message; bare peak RSS ${Math.max(...bare[form].map(({ peakRssMb }) => peakRssMb)).toFixed(0)} MB`,
  }));
}

const peers = { json: 'inserts, one JSON parameter a table', rows: 'inserts, prepared, row by row' };

async function accept(context: BenchContext, kind: DatabaseKind, work: AcceptWork): Promise<Timed> {
  const { messages, perCall, atOnce } = work;
  const database = await context.open(kind);
  const finished = await runTask<typeof acceptTask>('accept', {
    database: database.options,
    messages,
    perCall,
    atOnce,
  });
  await database.dispose();
  return timedOf(finished);
}

async function insert(
  context: BenchContext,
  kind: DatabaseKind,
  { messages, group }: AcceptWork,
  form: 'json' | 'rows',
): Promise<Timed> {
  const database = await context.open(kind);
  const input = { database: database.options, messages, group, form };
  const finished = await runTask<typeof insertTask>('insert-rows', input);
  await database.dispose();
  return timedOf(finished);
}

const timedOf = ({ output, cpuSeconds, peakRssMb }: Finished<{ seconds: number }>): Timed => ({
  seconds: output.seconds,
  cpuSeconds,
  peakRssMb,
});

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
