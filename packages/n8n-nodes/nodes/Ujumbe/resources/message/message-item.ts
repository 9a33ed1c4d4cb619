import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { asItem } from '../../as-item.js';
import { simplified } from '../../simplified.js';

/** What of a message matters to most. */
const mattering: readonly string[] = [
  'uuid',
  'to',
  'sender_id',
  'message',
  'status',
  'state',
  'parts',
  'cost',
  'client_ref',
  'created_at',
  'delivered_at',
  'error_reason',
  'error_code',
];

/** A message with the fields that matter to most, unless all are asked for. */
export function shownMessage(caller: IExecuteFunctions, message: IDataObject, itemIndex: number): IDataObject {
  const item = asItem(message);
  return caller.getNodeParameter('simplify', itemIndex, true) === true ? simplified(item, mattering) : item;
}
