import { simulator, type DatabaseOptions } from '@ujumbe/core';
import { evenly } from '../evenly.js';
import { Percentiles } from '../percentiles.js';
import { openPlatform, recipient, text } from '../workload.js';

export interface PaceInput {
  database: DatabaseOptions;
  /** Messages a second. */
  rate: number;
  seconds: number;
}

interface Spread {
  p50: number;
  p99: number;
}

export interface PaceOutput {
  accepted: Spread;
  submitted: Spread;
  announced: Spread;
  count: number;
}

const warmUpSeconds = 3;

/** Sends single messages at an even pace, and times each from the call to what becomes of it. */
export async function run({ database, rate, seconds }: PaceInput): Promise<PaceOutput> {
  const submittedMs = new Map<string, number>();
  const announcedMs = new Map<string, number>();
  const operator = simulator({ onSubmit: ({ id }) => submittedMs.set(id, performance.now()) });
  const { sms, accountId } = await openPlatform({ database, transports: [operator] });
  sms.on('message.submitted', ({ subjectId }) => void announcedMs.set(subjectId, performance.now()));
  await sms.start();
  const startedMs = new Map<string, number>();
  const accepted = new Percentiles();
  const send = async (index: number, isWarm: boolean): Promise<void> => {
    const callMs = performance.now();
    const { accepted: messages } = await sms.send(accountId, { to: recipient(index), message: text });
    if (!isWarm) return;
    accepted.add(performance.now() - callMs);
    for (const { id } of messages) startedMs.set(id, callMs);
  };
  await evenly(rate, rate * warmUpSeconds, (index) => send(index, false));
  await evenly(rate, rate * seconds, (index) => send(index, true));
  // What was sent last is on its way still; stopping waits for the operator, not for the announcements.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await sms.stop();
  return {
    accepted: accepted.spread(),
    submitted: since(startedMs, submittedMs),
    announced: since(startedMs, announcedMs),
    count: startedMs.size,
  };
}

function since(starts: ReadonlyMap<string, number>, ends: ReadonlyMap<string, number>): Spread {
  const times = new Percentiles();
  for (const [id, startMs] of starts) {
    const endMs = ends.get(id);
    if (endMs === undefined) throw new Error('A message was accepted and never submitted.');
    times.add(endMs - startMs);
  }
  return times.spread();
}
