import type { DatabaseOptions } from '@ujumbe/core';

export type DatabaseKind = 'sqlite' | 'postgres';

/** `quick` is for trying a benchmark out, `full` for the sizes the specification names. */
export type Size = 'quick' | 'usual' | 'full';

/** A new, empty database of one measurement's own. */
export interface BenchDatabase {
  readonly kind: DatabaseKind;
  readonly options: DatabaseOptions;
  dispose(): Promise<void>;
}

export interface BenchContext {
  readonly size: Size;
  readonly databases: readonly DatabaseKind[];
  open(kind: DatabaseKind): Promise<BenchDatabase>;
  /** Prints a line while the benchmark runs. */
  say(line: string): void;
  /** End-to-end rates of this run, for benchmarks that want a part of them. */
  readonly endToEndRates: Map<DatabaseKind, number>;
}

/** One figure beside its limit. */
export interface Row {
  what: string;
  ours: number;
  unit: string;
  /** What it is held against: the same work without what is being measured, or another library. */
  peer?: { what: string; value: number };
  /** What the specification asks for, of the ratio to the peer or of the figure itself. */
  target?: { of: 'ratio' | 'ours'; atLeast?: number; atMost?: number };
  latency?: { p50: number; p99: number };
  peakRssMb?: number;
  note?: string;
}

export interface Bench {
  name: string;
  title: string;
  run(context: BenchContext): Promise<Row[]>;
}

/** A size for each way to run: quick, usual, full. */
export function sized(context: Pick<BenchContext, 'size'>, quick: number, usual: number, full = usual): number {
  return { quick, usual, full }[context.size];
}

export const databaseNames: Record<DatabaseKind, string> = { sqlite: 'SQLite', postgres: 'PostgreSQL' };
