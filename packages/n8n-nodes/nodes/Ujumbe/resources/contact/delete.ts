import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';

export const deleteFields: INodeProperties[] = [
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      {
        displayName: 'Erase',
        name: 'erase',
        type: 'boolean',
        default: false,
        description: 'Whether to take the person out of all that is kept of their messages too',
      },
    ],
  },
];

export async function deleteContact(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'contactId', 'Contact', itemIndex);
  const { erase = false } = caller.getNodeParameter('options', itemIndex, {}) as { erase?: boolean };
  return ask(caller, {
    method: 'DELETE',
    path: `/contacts/${encodeURIComponent(id)}`,
    query: { erase: String(erase) },
    itemIndex,
    patient: true,
  });
}
