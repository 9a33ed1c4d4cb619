import { setTimeout as sleep } from 'node:timers/promises';

const lookEveryMs = 15;
const longestMs = 15_000;

/** Looks again and again until there is an answer that is neither false nor nothing, which it gives back. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = longestMs,
): Promise<Exclude<T, false | null | undefined>> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== false && found !== null && found !== undefined) {
      return found as Exclude<T, false | null | undefined>;
    }
    if (Date.now() > until) throw new Error(`It did not happen in ${timeoutMs} ms: ${what}.`);
    await sleep(lookEveryMs);
  }
}
