import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';
import { messageField } from '../../locators.js';
import { shownFor } from '../../shown-for.js';
import { simplifyField } from '../../simplified.js';
import { shownMessage } from './message-item.js';

export const getDescription: INodeProperties[] = shownFor('message', 'get', [messageField, simplifyField]);

export async function get(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'messageId', 'Message', itemIndex);
  const path = `/messages/${encodeURIComponent(id)}`;
  const message = await ask(caller, { method: 'GET', path, itemIndex, patient: true });
  return shownMessage(caller, message, itemIndex);
}
