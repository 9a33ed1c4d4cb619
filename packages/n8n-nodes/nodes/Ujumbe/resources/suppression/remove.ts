import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';

/** Answers `deleted: false` for a number that was not on the list. */
export async function remove(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const phone = requiredIn(caller, 'phone', 'Phone', itemIndex);
  return ask(caller, {
    method: 'DELETE',
    path: `/suppressions/${encodeURIComponent(phone)}`,
    itemIndex,
    patient: true,
  });
}
