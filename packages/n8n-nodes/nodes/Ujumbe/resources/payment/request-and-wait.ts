import type {
  IExecuteFunctions,
  INodeExecutionData,
  INodeProperties,
  NodeApiError,
  NodeOperationError,
} from 'n8n-workflow';
import { codeOf } from '../../../api/refusal.js';
import { asNodeError, failedItem } from '../../run-operation.js';
import { shownFor } from '../../shown-for.js';
import { checkItemsToWaitFor, secondsToWait, waitFields } from '../../waiting/wait-fields.js';
import { waitFor } from '../../waiting/wait-for.js';
import { requestPayment } from './request.js';
import { requestFields, requestOf } from './request-fields.js';

export const requestAndWaitName = 'requestAndWaitForResult';

export const requestAndWaitDescription: INodeProperties[] = shownFor('payment', requestAndWaitName, [
  ...requestFields,
  ...waitFields('Not Completed'),
]);

interface Requested {
  uuids: string[];
  refused: { itemIndex: number; code: string; error: NodeApiError | NodeOperationError }[];
}

/**
 * Has the phones of all items asked and puts the execution to sleep until each payment has ended or the time is over. A
 * payment that is refused from the start stops no other: it leaves with those that did not come about.
 */
export async function requestAndWait(caller: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  checkItemsToWaitFor(caller, 'request with Request');
  const seconds = secondsToWait(caller);
  const { uuids, refused } = await requestAll(caller);
  const [first] = refused;
  if (uuids.length > 0) return waitFor(caller, { payment_uuids: uuids }, { seconds, refused });
  if (first && !caller.continueOnFail()) throw first.error;
  return [[], refused.map(({ itemIndex, error }) => failedItem(error, itemIndex))];
}

async function requestAll(caller: IExecuteFunctions): Promise<Requested> {
  // All are read before the first phone is asked: an expression that fails then costs nobody a PIN.
  const bodies = caller.getInputData().map((_, itemIndex) => requestOf(caller, itemIndex));
  const requested: Requested = { uuids: [], refused: [] };
  for (const [itemIndex, body] of bodies.entries()) {
    try {
      const { uuid } = await requestPayment(caller, body, itemIndex);
      requested.uuids.push(uuid as string);
    } catch (thrown) {
      const error = asNodeError(caller, thrown, itemIndex);
      const code = codeOf(error);
      // A server that is away has refused nothing.
      if (code === undefined) throw error;
      requested.refused.push({ itemIndex, code, error });
    }
  }
  return requested;
}
