import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { asItem } from '../../as-item.js';
import { shownFor } from '../../shown-for.js';
import { requestFields, requestOf } from './request-fields.js';

export const requestDescription: INodeProperties[] = shownFor('payment', 'request', requestFields);

/** Has a phone asked. The answer is the payment as it stands then; its owner has yet to enter the PIN. */
export const request = (caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> =>
  requestPayment(caller, requestOf(caller, itemIndex), itemIndex);

export async function requestPayment(
  caller: IExecuteFunctions,
  body: IDataObject,
  itemIndex: number,
): Promise<IDataObject> {
  const payment = await ask(caller, {
    method: 'POST',
    path: '/payments',
    body,
    idempotencyKey: idempotencyKey(caller, itemIndex),
    itemIndex,
    patient: true,
  });
  return asItem(payment);
}
