import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { requiredIn } from '../../chosen.js';

export const createFields: INodeProperties[] = [
  {
    displayName: 'Name',
    name: 'name',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. Customers in Arusha',
    description: 'What the group is called; no two groups have the same name',
  },
  {
    displayName: 'Additional Fields',
    name: 'additionalFields',
    type: 'collection',
    placeholder: 'Add Field',
    default: {},
    options: [
      {
        displayName: 'Description',
        name: 'description',
        type: 'string',
        default: '',
        description: 'What the group is for',
      },
    ],
  },
];

export async function create(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const { description } = caller.getNodeParameter('additionalFields', itemIndex, {}) as { description?: string };
  const body = { name: requiredIn(caller, 'name', 'Name', itemIndex), ...(description && { description }) };
  return ask(caller, {
    method: 'POST',
    path: '/groups',
    body,
    idempotencyKey: idempotencyKey(caller, itemIndex),
    itemIndex,
    patient: true,
  });
}
