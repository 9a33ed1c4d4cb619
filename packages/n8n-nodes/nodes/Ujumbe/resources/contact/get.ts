import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';
import { simplified } from '../../simplified.js';
import { shownFields } from './contact-fields.js';

export async function get(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'contactId', 'Contact', itemIndex);
  const path = `/contacts/${encodeURIComponent(id)}`;
  const contact = await ask(caller, { method: 'GET', path, itemIndex, patient: true });
  return caller.getNodeParameter('simplify', itemIndex, true) === true ? simplified(contact, shownFields) : contact;
}
