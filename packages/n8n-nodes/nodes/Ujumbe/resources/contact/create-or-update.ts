import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';
import { detailsOf } from './contact-fields.js';

export async function createOrUpdate(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  return ask(caller, {
    method: 'PUT',
    path: '/contacts',
    body: {
      ...detailsOf(caller, 'additionalFields', itemIndex),
      phone: requiredIn(caller, 'phone', 'Phone', itemIndex),
    },
    itemIndex,
    patient: true,
  });
}
