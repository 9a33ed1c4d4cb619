import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';
import { detailsOf } from './contact-fields.js';

export async function update(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'contactId', 'Contact', itemIndex);
  return ask(caller, {
    method: 'PATCH',
    path: `/contacts/${encodeURIComponent(id)}`,
    body: detailsOf(caller, 'updateFields', itemIndex),
    itemIndex,
    patient: true,
  });
}
