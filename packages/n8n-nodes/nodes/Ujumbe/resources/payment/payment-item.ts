import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { asItem } from '../../as-item.js';
import { simplified } from '../../simplified.js';

/** What of a payment matters to most. */
const mattering: readonly string[] = [
  'uuid',
  'order_number',
  'state',
  'amount',
  'currency',
  'credits',
  'phone',
  'reference',
  'error_reason',
  'error_code',
  'created_at',
  'ended_at',
];

/** A payment with the fields that matter to most, unless all are asked for. */
export function shownPayment(caller: IExecuteFunctions, payment: IDataObject, itemIndex: number): IDataObject {
  const item = asItem(payment);
  return caller.getNodeParameter('simplify', itemIndex, true) === true ? simplified(item, mattering) : item;
}
