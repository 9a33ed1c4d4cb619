import { createSmscSimulator, type SmscSimulatorCounts } from '@ujumbe/smpp-adapter';
import type { Stage } from '../child.js';
import { wallClockMs, type TimesByNumber } from '../clock.js';

export interface SmscSimulatorInput {
  delayMs: number;
  /** Tells when each number was first submitted to. */
  notes?: boolean;
}

export interface SmscSimulatorOutput extends SmscSimulatorCounts {
  submittedAt: TimesByNumber;
}

/** The simulated operator over the wire, until it is told to stop. */
export async function run({ delayMs, notes }: SmscSimulatorInput, stage: Stage): Promise<SmscSimulatorOutput> {
  const submittedAt: Record<string, number> = {};
  const smsc = createSmscSimulator({
    delayMs,
    ...(notes && { onSubmit: ({ body }) => (submittedAt[body.destination_addr] ??= wallClockMs()) }),
  });
  stage.ready(await smsc.start());
  await stage.stopped;
  const counts = smsc.counts();
  await smsc.stop();
  return { ...counts, submittedAt };
}
