import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';
import { shownContact } from './contact-item.js';

export async function get(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'contactId', 'Contact', itemIndex);
  const path = `/contacts/${encodeURIComponent(id)}`;
  return shownContact(caller, await ask(caller, { method: 'GET', path, itemIndex, patient: true }), itemIndex);
}
