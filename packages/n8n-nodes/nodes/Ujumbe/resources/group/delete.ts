import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';

export async function deleteGroup(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'groupId', 'Group', itemIndex);
  return ask(caller, { method: 'DELETE', path: `/groups/${encodeURIComponent(id)}`, itemIndex, patient: true });
}
