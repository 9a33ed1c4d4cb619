import { parseArgs } from 'node:util';
import { runRound } from './round.js';

const usage =
  'npm run fuzz -- [--minutes N] [--seed N]\n  rounds of hostile peers on both sides of a platform; 5 minutes of a random seed unless said otherwise';
/** How many rounds it takes until caches and compiled code are what they will be. */
const warmUpRounds = 5;
const mostGrowthMb = 40;

async function main(): Promise<void> {
  const options = { minutes: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  const minutes = Number(values.minutes ?? 5);
  const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  if (values.help || !(minutes > 0) || !Number.isSafeInteger(first)) {
    console.log(usage);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  console.log(`fuzzing SMPP for ${minutes} min: --seed ${first}`);
  const until = Date.now() + 60_000 * minutes;
  const totals = { rounds: 0, connections: 0, octets: 0, served: 0 };
  const heaps: number[] = [];
  const resources: number[] = [];
  do {
    const seed = first + totals.rounds;
    const counts = await runRound(seed).catch((error: unknown) => {
      throw new Error(`Round ${totals.rounds + 1} failed; again with --seed ${seed}`, { cause: error });
    });
    totals.rounds++;
    totals.connections += counts.connections;
    totals.octets += counts.octets;
    totals.served += counts.served;
    await new Promise((resolve) => setTimeout(resolve, 50));
    global.gc?.();
    heaps.push(process.memoryUsage().heapUsed / 2 ** 20);
    resources.push(process.getActiveResourcesInfo().length);
  } while (Date.now() < until);
  console.log(
    `${totals.rounds} rounds, ${totals.connections} hostile connections, ${totals.octets} hostile octets, ${totals.served} submits of the customer in between answered`,
  );
  assertNoGrowth('MB of heap', heaps, mostGrowthMb);
  assertNoGrowth('open resources', resources, 0);
}

/** What the first rounds after the warm-up held at least, beside what the last ones did. */
function assertNoGrowth(what: string, values: readonly number[], most: number): void {
  if (values.length < 3 * warmUpRounds) return;
  const [begin, end] = [values.slice(warmUpRounds, 2 * warmUpRounds), values.slice(-warmUpRounds)].map((some) =>
    Math.min(...some),
  );
  console.log(`${what}: ${begin?.toFixed(1)} after ${warmUpRounds} rounds, ${end?.toFixed(1)} at the end`);
  if ((end ?? 0) - (begin ?? 0) > most) throw new Error(`${what} grew from ${begin} to ${end}.`);
}

// A rejection that nobody handles ends the process with 1, as Node has it.
main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
