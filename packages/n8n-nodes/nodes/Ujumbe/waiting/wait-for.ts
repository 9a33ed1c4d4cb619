import { WAIT_INDEFINITELY, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { ask } from '../../api/ask.js';
import { idempotencyKey } from '../../api/idempotency-key.js';
import { writeRefused, type RefusedItem } from './refused-items.js';
import { leaveByTwoOutputs } from './two-outputs.js';

/** What an execution waits for, by their IDs, in the order of the items. */
export type Awaited = { message_uuids: string[] } | { payment_uuids: string[] };

/**
 * Puts the execution to sleep until all of it is settled or the time is over. The server tells the end of the time too:
 * n8n's own would let everything out through the first output, as if it had come about.
 */
export async function waitFor(
  caller: IExecuteFunctions,
  awaited: Awaited,
  { seconds, refused }: { seconds: number; refused: readonly RefusedItem[] },
): Promise<INodeExecutionData[][]> {
  await ask(caller, {
    method: 'POST',
    path: '/watches',
    body: { url: resumeUrl(caller, writeRefused(refused)), ...awaited, within_seconds: seconds },
    // A retry has an address of its own, so it needs a watch of its own too.
    idempotencyKey: idempotencyKey(caller, 0, `watch ${caller.getExecutionId()}`),
    itemIndex: 0,
    patient: true,
  });
  leaveByTwoOutputs(caller);
  await caller.putExecutionToWait(WAIT_INDEFINITELY);
  return [caller.getInputData()];
}

/** Where n8n resumes this execution; newer ones let nobody who does not have the token in it. */
function resumeUrl(caller: IExecuteFunctions, refused: string): string {
  const { resumeUrl: resume } = caller.getWorkflowDataProxy(0).$execution as { resumeUrl: string };
  const url = new URL(resume);
  if (refused !== '') url.searchParams.set('refused', refused);
  return url.href;
}
