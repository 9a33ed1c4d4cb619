import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';
import { messageField } from '../../locators.js';
import { shownFor } from '../../shown-for.js';
import { simplified, simplifyField } from '../../simplified.js';
import { messageFields } from './message-fields.js';

export const getDescription: INodeProperties[] = shownFor('message', 'get', [messageField, simplifyField]);

export async function get(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'messageId', 'Message', itemIndex);
  const path = `/messages/${encodeURIComponent(id)}`;
  const message = await ask(caller, { method: 'GET', path, itemIndex, patient: true });
  return caller.getNodeParameter('simplify', itemIndex, true) === true ? simplified(message, messageFields) : message;
}
