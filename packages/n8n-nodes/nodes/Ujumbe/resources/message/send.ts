import { NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { listOf } from '../../chosen.js';
import { shownFor } from '../../shown-for.js';
import { inRequests, rowItem, sendRows } from './batch.js';
import { asItem } from '../../as-item.js';
import { additionalOf, optionsOf, rowOf, sendFields, textField, toField } from './send-fields.js';

export const sendDescription: INodeProperties[] = shownFor('message', 'send', [
  { ...toField, description: 'One number, or several with commas between them, or an array of them' },
  textField,
  ...sendFields,
]);

/** Sends a text to the number or numbers of an item. */
export async function send(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject | IDataObject[]> {
  const numbers = listOf(caller.getNodeParameter('to', itemIndex, ''));
  const [only] = numbers;
  if (only === undefined) {
    throw new NodeOperationError(caller.getNode(), '"To" is empty', {
      itemIndex,
      description: 'Give at least one number in "To", or check the expression in it.',
    });
  }
  const options = optionsOf(caller, itemIndex);
  const { idempotencyKey: own = '' } = additionalOf(caller, itemIndex);
  const key = own === '' ? idempotencyKey(caller, itemIndex) : own;
  if (numbers.length === 1) {
    const body = { ...rowOf(caller, itemIndex, only), ...options };
    return asItem(
      await ask(caller, { method: 'POST', path: '/messages', body, idempotencyKey: key, itemIndex, patient: true }),
    );
  }
  const results: IDataObject[] = [];
  const rows = numbers.map((to) => ({ itemIndex, message: rowOf(caller, itemIndex, to) }));
  for (const [place, request] of inRequests(rows).entries()) {
    const answered = await sendRows(caller, request, options, place === 0 ? key : `${key}:${place}`);
    results.push(...answered.map(rowItem));
  }
  return results;
}
