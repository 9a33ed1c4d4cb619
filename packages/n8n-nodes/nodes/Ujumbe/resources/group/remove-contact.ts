import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';

export async function removeContact(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const group = requiredIn(caller, 'groupId', 'Group', itemIndex);
  const phone = requiredIn(caller, 'phone', 'Phone', itemIndex);
  return ask(caller, {
    method: 'DELETE',
    path: `/groups/${encodeURIComponent(group)}/contacts/${encodeURIComponent(phone)}`,
    itemIndex,
    patient: true,
  });
}
