import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();
const endWithinMs = 5_000;

/** Sees to it that a process does not outlive the tests, however they end. */
export function endedWithTests(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Ends a process, by force when it does not end by itself. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
  await exited;
  clearTimeout(timer);
}

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
