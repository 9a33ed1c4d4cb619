import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { refusedWith } from '../../../api/refusal.js';
import { requiredIn } from '../../chosen.js';
import { failedItem } from '../../run-operation.js';
import { shownFor } from '../../shown-for.js';
import { checkItemsToWaitFor, secondsToWait, waitFields } from '../../waiting/wait-fields.js';
import { waitFor } from '../../waiting/wait-for.js';
import { refusedRow, sendRows, type Row, type RowResult } from './batch.js';
import { batchFields, optionsOf, rowOf, textField, toField } from './send-fields.js';

/** Not `sendAndWait`: n8n makes a tool of that name, by which a person approves what a language model does. */
export const sendAndWaitName = 'sendAndWaitForDelivery';

export const sendAndWaitDescription: INodeProperties[] = shownFor('message', sendAndWaitName, [
  toField,
  textField,
  ...waitFields('Not Delivered'),
  ...batchFields,
]);

/** Sends the messages of all items and puts the execution to sleep until each is settled or the time is over. */
export async function sendAndWait(caller: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  checkItemsToWaitFor(caller, 'send with Send Batch');
  const seconds = secondsToWait(caller);
  const results = await sendRows(caller, readRows(caller), optionsOf(caller, 0), idempotencyKey(caller, 0, 'wait'));
  const uuids = results.flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid]));
  if (uuids.length === 0) return [[], noneSent(caller, results)];
  const refused = results.flatMap(({ code }, itemIndex) => (code === undefined ? [] : [{ itemIndex, code }]));
  return waitFor(caller, { message_uuids: uuids }, { seconds, refused });
}

const readRows = (caller: IExecuteFunctions): Row[] =>
  caller.getInputData().map((_, itemIndex) => ({
    itemIndex,
    message: rowOf(caller, itemIndex, requiredIn(caller, 'to', 'To', itemIndex)),
  }));

/** Nothing was sent, so there is nothing to wait for. */
function noneSent(caller: IExecuteFunctions, results: readonly RowResult[]): INodeExecutionData[] {
  return results.map((result, itemIndex) => {
    const { error: sentence = 'it was refused', code = 'internal' } = result;
    const error = refusedWith(caller.getNode(), { sentence, code }, itemIndex);
    if (!caller.continueOnFail()) throw error;
    return failedItem(error, itemIndex, refusedRow(result));
  });
}
