import {
  NodeOperationError,
  WAIT_INDEFINITELY,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { refusedWith } from '../../../api/refusal.js';
import { requiredIn } from '../../chosen.js';
import { failedItem } from '../../run-operation.js';
import { shownFor } from '../../shown-for.js';
import { refusedRow, sendRows, type Row, type RowResult } from './batch.js';
import { batchFields, optionsOf, rowOf, textField, toField } from './send-fields.js';
import { writeRefused } from './refused-items.js';
import { leaveByTwoOutputs } from './two-outputs.js';

/** Not `sendAndWait`: n8n makes a tool of that name, by which a person approves what a language model does. */
export const sendAndWaitName = 'sendAndWaitForDelivery';

export const sendAndWaitDescription: INodeProperties[] = shownFor('message', sendAndWaitName, [
  toField,
  textField,
  {
    displayName: 'Wait At Most',
    name: 'waitAmount',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 10,
    description: 'How long to wait; what has not arrived by then leaves through Not Delivered',
  },
  {
    displayName: 'Wait Unit',
    name: 'waitUnit',
    type: 'options',
    options: [
      { name: 'Days', value: 'days' },
      { name: 'Hours', value: 'hours' },
      { name: 'Minutes', value: 'minutes' },
      { name: 'Seconds', value: 'seconds' },
    ],
    default: 'minutes',
    description: 'The unit of Wait At Most, which can be 7 days in all',
  },
  ...batchFields,
]);

const secondsIn = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };
const mostSeconds = 604_800;
/** The refused among them are named in an address, which has an end. */
const mostItems = 100;

/**
 * Sends the messages of all items and puts the execution to sleep until each is settled or the time is over. The server
 * tells the end of the time too: n8n's own would let everything out through the first output, as if it had arrived.
 */
export async function sendAndWait(caller: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const seconds = secondsToWait(caller);
  const rows = readRows(caller);
  const options = optionsOf(caller, 0);
  const results = await sendRows(caller, rows, options, idempotencyKey(caller, 0, 'wait'));
  const uuids = results.flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid]));
  if (uuids.length === 0) return [[], noneSent(caller, results)];
  const refused = writeRefused(results);
  await ask(caller, {
    method: 'POST',
    path: '/watches',
    body: {
      url: resumeUrl(caller, refused),
      message_uuids: uuids,
      within_seconds: seconds,
    },
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

function secondsToWait(caller: IExecuteFunctions): number {
  const amount = Number(caller.getNodeParameter('waitAmount', 0, 10));
  const unit = caller.getNodeParameter('waitUnit', 0, 'minutes') as keyof typeof secondsIn;
  const seconds = Math.round(amount * secondsIn[unit]);
  if (seconds >= 1 && seconds <= mostSeconds) return seconds;
  throw new NodeOperationError(caller.getNode(), '"Wait At Most" is not between 1 second and 7 days', { itemIndex: 0 });
}

function readRows(caller: IExecuteFunctions): Row[] {
  const { length } = caller.getInputData();
  if (length > mostItems) {
    throw new NodeOperationError(caller.getNode(), `At most ${mostItems} items can be waited for together`, {
      itemIndex: mostItems,
      description:
        'Split the items with Loop Over Items, or send with Send Batch and start a workflow from Ujumbe Trigger.',
    });
  }
  return Array.from({ length }, (_, itemIndex) => ({
    itemIndex,
    message: rowOf(caller, itemIndex, requiredIn(caller, 'to', 'To', itemIndex)),
  }));
}

/** Nothing was sent, so there is nothing to wait for. */
function noneSent(caller: IExecuteFunctions, results: readonly RowResult[]): INodeExecutionData[] {
  return results.map((result, itemIndex) => {
    const { error: sentence = 'it was refused', code = 'internal' } = result;
    const error = refusedWith(caller.getNode(), { sentence, code }, itemIndex);
    if (!caller.continueOnFail()) throw error;
    return failedItem(error, itemIndex, refusedRow(result));
  });
}
