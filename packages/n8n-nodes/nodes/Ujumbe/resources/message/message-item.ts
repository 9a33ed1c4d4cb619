import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
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

/**
 * A message as an item. The API calls the reason of a failure `error`; in an item n8n takes a field of that name, even an
 * empty one, for a failure of the node, and would run it again.
 */
export function messageItem({ error, ...shown }: IDataObject): IDataObject {
  return error === undefined ? shown : { ...shown, error_reason: error };
}

/** The same with the fields that matter to most, unless all are asked for. */
export function shownMessage(caller: IExecuteFunctions, message: IDataObject, itemIndex: number): IDataObject {
  const item = messageItem(message);
  return caller.getNodeParameter('simplify', itemIndex, true) === true ? simplified(item, mattering) : item;
}
