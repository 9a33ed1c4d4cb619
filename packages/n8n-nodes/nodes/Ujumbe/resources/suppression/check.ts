import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';

export async function check(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const phone = requiredIn(caller, 'phone', 'Phone', itemIndex);
  return ask(caller, {
    method: 'GET',
    path: `/suppressions/${encodeURIComponent(phone)}`,
    itemIndex,
    patient: true,
  });
}
