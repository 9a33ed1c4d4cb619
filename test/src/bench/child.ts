import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** How a task speaks to the benchmark that started it. */
export interface Stage {
  /** Says that the task is at work, with what its users need to know; for servers. */
  ready(value: unknown): void;
  /** Resolves when the benchmark wants the task to end. */
  readonly stopped: Promise<void>;
  /** Prints a line while the task runs. */
  say(line: string): void;
}

/** A file of `tasks/`: one piece of work that is measured in a process of its own. */
export interface Task<Input, Output> {
  run(input: Input, stage: Stage): Promise<Output>;
}

/** What a task answered, and what it took to get there. */
export interface Finished<Output> {
  output: Output;
  peakRssMb: number;
  /** Of all its threads. */
  cpuSeconds: number;
}

type Input<T> = T extends Task<infer I, unknown> ? I : never;
type Output<T> = T extends Task<never, infer O> ? O : never;

export type ChildMessage =
  | { kind: 'ready'; value: unknown }
  | { kind: 'say'; line: string }
  | { kind: 'finished'; finished: Finished<unknown> }
  | { kind: 'failed'; error: string };

/** A task under way. */
export interface Running<Output> {
  /** What it said when it was ready. */
  ready(): Promise<unknown>;
  /** Asks it to end, and waits for its answer. */
  finish(): Promise<Finished<Output>>;
}

/**
 * Runs a task in a process of its own, so that no measurement warms, fills or slows another's heap.
 *
 * @param name of a file in `tasks/`; its type is the type argument
 */
export async function runTask<T>(
  name: string,
  input: Input<T>,
  say: (line: string) => void = () => {},
): Promise<Finished<Output<T>>> {
  const { finished } = start<Output<T>>(name, input, say);
  return finished;
}

/** Starts a task that serves until it is told to finish. */
export function startTask<T>(
  name: string,
  input: Input<T>,
  say: (line: string) => void = () => {},
): Running<Output<T>> {
  const { child, ready, finished } = start<Output<T>>(name, input, say);
  return {
    ready: () => Promise.race([ready, finished.then(() => Promise.reject(new Error(`${name} ended early.`)))]),
    finish: () => {
      if (child.connected) child.send('stop');
      return finished;
    },
  };
}

interface Started<Output> {
  child: ChildProcess;
  ready: Promise<unknown>;
  finished: Promise<Finished<Output>>;
}

function start<Output>(name: string, input: unknown, say: (line: string) => void): Started<Output> {
  const child = fork(join(__dirname, 'child-entry.js'), [name, JSON.stringify(input)]);
  let isReady: (value: unknown) => void = () => {};
  const ready = new Promise<unknown>((resolve) => (isReady = resolve));
  const answered = new Promise<Finished<Output>>((resolve, reject) => {
    child.on('message', (message: ChildMessage) => {
      if (message.kind === 'ready') isReady(message.value);
      else if (message.kind === 'say') say(message.line);
      else if (message.kind === 'finished') resolve(message.finished as Finished<Output>);
      else reject(new Error(`${name}: ${message.error}`));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`${name} ended without an answer (${code ?? signal ?? ''}).`)),
    );
  });
  const finished = answered.then(async (answer) => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return answer;
  });
  // Whoever awaits it hears of a failure; nobody awaits a server's end while it serves.
  finished.catch(() => undefined);
  return { child, ready, finished };
}
