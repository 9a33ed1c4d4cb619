import { readFileSync } from 'node:fs';
import type { ChildMessage, Stage, Task } from './child.js';

/**
 * The process a task runs in, started by `child.ts`. By hand it prints what it would tell, for profiles:
 * `node --cpu-prof test/dist/bench/child-entry.js accept '{"database":"sqlite:/tmp/a.sqlite","messages":100000,…}'`.
 */
async function main(): Promise<void> {
  const [name = '', input = 'null'] = process.argv.slice(2);
  const task = (await import(`./tasks/${name}.js`)) as Task<unknown, unknown>;
  const output = await task.run(JSON.parse(input), stage());
  const { user, system } = process.cpuUsage();
  await tell({ kind: 'finished', finished: { output, peakRssMb: peakRssMb(), cpuSeconds: (user + system) / 1e6 } });
}

function stage(): Stage {
  return {
    ready: (value) => void tell({ kind: 'ready', value }),
    stopped: new Promise((resolve) => process.once('message', () => resolve())),
    say: (line) => void tell({ kind: 'say', line }),
  };
}

/** The most memory this process ever held. What the kernel calls maxrss begins with what the parent held at fork. */
function peakRssMb(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes) return Number(kilobytes) / 1024;
  } catch {
    // Only Linux tells it this way.
  }
  return process.resourceUsage().maxRSS / 1024;
}

async function tell(message: ChildMessage): Promise<void> {
  if (process.send) await new Promise<void>((resolve) => process.send?.(message, () => resolve()));
  else console.log(JSON.stringify(message));
}

const inWords = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

process.once('disconnect', () => process.exit(1));
main()
  .catch((error: unknown) => tell({ kind: 'failed', error: inWords(error) }))
  // What a failed task leaves open must not keep the benchmark waiting.
  .finally(() => process.exit());
