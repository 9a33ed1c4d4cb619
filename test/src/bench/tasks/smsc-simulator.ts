import { createSmscSimulator, type SmscSimulatorCounts } from '@ujumbe/smpp-adapter';
import type { Stage } from '../child.js';

export interface SmscSimulatorInput {
  delayMs: number;
}

/** The simulated operator over the wire, until it is told to stop. */
export async function run({ delayMs }: SmscSimulatorInput, stage: Stage): Promise<SmscSimulatorCounts> {
  const smsc = createSmscSimulator({ delayMs });
  stage.ready(await smsc.start());
  await stage.stopped;
  const counts = smsc.counts();
  await smsc.stop();
  return counts;
}
