import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';

export const updateFields: INodeProperties[] = [
  {
    displayName: 'Update Fields',
    name: 'updateFields',
    type: 'collection',
    placeholder: 'Add Field',
    default: {},
    description: 'What is not added here stays as it is',
    options: [
      { displayName: 'Description', name: 'description', type: 'string', default: '' },
      { displayName: 'Name', name: 'name', type: 'string', default: '', description: 'No two groups have the same' },
    ],
  },
];

/** A description that was emptied is taken away; a name that was is left, since a group has one. */
export async function update(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'groupId', 'Group', itemIndex);
  const chosen = caller.getNodeParameter('updateFields', itemIndex, {}) as { description?: string; name?: string };
  const { description, name } = chosen;
  return ask(caller, {
    method: 'PATCH',
    path: `/groups/${encodeURIComponent(id)}`,
    body: {
      ...(description !== undefined && { description: description === '' ? null : description }),
      ...(name && { name }),
    },
    itemIndex,
    patient: true,
  });
}
