import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { refusedWith } from '../../../api/refusal.js';
import { chosenIn } from '../../chosen.js';
import { asNodeError, failedItem } from '../../run-operation.js';
import { shownFor } from '../../shown-for.js';
import { inRequests, refusedRow, rowItem, sendRows, type Row, type RowResult } from './batch.js';
import { batchFields, optionsOf, rowOf, textField, toField } from './send-fields.js';

export const sendBatchDescription: INodeProperties[] = shownFor('message', 'sendBatch', [
  {
    displayName:
      'All input items are sent together, up to 1,000 in a request. Each item gets its own result: a message, or why it was refused.',
    name: 'batchNotice',
    type: 'notice',
    default: '',
  },
  toField,
  textField,
  ...batchFields,
]);

/**
 * Sends the messages of all items. A row that is refused stops no other: it is an item with the
 * status `refused`, and a failed one where the node goes on with those (to its error output, say).
 */
export async function sendBatch(caller: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const results = new Map<number, INodeExecutionData>();
  for (const { options, rows } of readRows(caller, results)) {
    for (const request of inRequests(rows)) await sendRequest(caller, request, options, results);
  }
  return [[...results].sort(([a], [b]) => a - b).map(([, result]) => result)];
}

/** The rows of all items, those with the same options together. An expression that fails fails its item alone. */
function readRows(
  caller: IExecuteFunctions,
  results: Map<number, INodeExecutionData>,
): { options: IDataObject; rows: Row[] }[] {
  const byOptions = new Map<string, { options: IDataObject; rows: Row[] }>();
  for (let itemIndex = 0; itemIndex < caller.getInputData().length; itemIndex++) {
    try {
      const options = optionsOf(caller, itemIndex);
      const same = JSON.stringify(options);
      const group = byOptions.get(same) ?? { options, rows: [] };
      group.rows.push({ itemIndex, message: rowOf(caller, itemIndex, chosenIn(caller, 'to', 'To', itemIndex)) });
      byOptions.set(same, group);
    } catch (error) {
      const known = asNodeError(caller, error, itemIndex);
      if (!caller.continueOnFail()) throw known;
      results.set(itemIndex, failedItem(known, itemIndex));
    }
  }
  return [...byOptions.values()];
}

async function sendRequest(
  caller: IExecuteFunctions,
  rows: readonly Row[],
  options: IDataObject,
  results: Map<number, INodeExecutionData>,
): Promise<void> {
  const key = idempotencyKey(caller, rows[0]?.itemIndex ?? 0, 'batch');
  try {
    const answered = await sendRows(caller, rows, options, key);
    answered.forEach((result, place) => {
      const itemIndex = rows[place]?.itemIndex ?? 0;
      results.set(itemIndex, itemOf(caller, result, itemIndex));
    });
  } catch (error) {
    // What is refused as a whole (the credit does not suffice, the token is gone) is refused for each of its items.
    const known = asNodeError(caller, error, rows[0]?.itemIndex ?? 0);
    if (!caller.continueOnFail()) throw known;
    for (const { itemIndex, message } of rows) {
      results.set(itemIndex, failedItem(known, itemIndex, { to: message.to as string }));
    }
  }
}

function itemOf(caller: IExecuteFunctions, result: RowResult, itemIndex: number): INodeExecutionData {
  const { error: sentence, code } = result;
  if (sentence === undefined || code === undefined || !caller.continueOnFail()) {
    return { json: rowItem(result), pairedItem: { item: itemIndex } };
  }
  return failedItem(refusedWith(caller.getNode(), { sentence, code }, itemIndex), itemIndex, refusedRow(result));
}
