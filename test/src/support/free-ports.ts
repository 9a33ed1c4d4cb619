import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Whoever asks the system for any port gets one above these (on Linux from 32768). So none of these is given to somebody
 * else before the program has started that it was looked up for.
 */
const lowest = 20_000;
const highest = 32_767;

/** Ports of this machine that nothing listens on, all different, for programs that must be told theirs. */
export async function freePorts(count: number): Promise<number[]> {
  const probes = new Map<number, Server>();
  while (probes.size < count) {
    const port = randomInt(lowest, highest + 1);
    const probe = await listenOn(port);
    if (probe) probes.set(port, probe);
  }
  await Promise.all([...probes.values()].map((probe) => new Promise((resolve) => probe.close(resolve))));
  return [...probes.keys()];
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

async function listenOn(port: number): Promise<Server | undefined> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
    return probe;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}
