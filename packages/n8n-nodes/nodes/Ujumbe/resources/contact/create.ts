import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { requiredIn } from '../../chosen.js';
import { detailsOf } from './contact-fields.js';

export async function create(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  return ask(caller, {
    method: 'POST',
    path: '/contacts',
    body: {
      ...detailsOf(caller, 'additionalFields', itemIndex),
      phone: requiredIn(caller, 'phone', 'Phone', itemIndex),
    },
    idempotencyKey: idempotencyKey(caller, itemIndex),
    itemIndex,
    patient: true,
  });
}
