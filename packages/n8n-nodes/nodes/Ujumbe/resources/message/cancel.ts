import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';
import { messageField } from '../../locators.js';
import { shownFor } from '../../shown-for.js';
import { asItem } from '../../as-item.js';

export const cancelDescription: INodeProperties[] = shownFor('message', 'cancel', [messageField]);

export async function cancel(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'messageId', 'Message', itemIndex);
  const path = `/messages/${encodeURIComponent(id)}`;
  const message = await ask(caller, { method: 'DELETE', path, itemIndex, patient: true });
  return asItem(message);
}
