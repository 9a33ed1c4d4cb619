import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { requiredIn } from '../../chosen.js';

export const addFields: INodeProperties[] = [
  {
    displayName: 'Additional Fields',
    name: 'additionalFields',
    type: 'collection',
    placeholder: 'Add Field',
    default: {},
    options: [
      {
        displayName: 'Reason',
        name: 'reason',
        type: 'string',
        default: '',
        placeholder: 'e.g. asked by phone',
        description: 'Why, for whoever looks at the list',
      },
    ],
  },
];

export async function add(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const { reason } = caller.getNodeParameter('additionalFields', itemIndex, {}) as { reason?: string };
  const body = { phone: requiredIn(caller, 'phone', 'Phone', itemIndex), ...(reason && { reason }) };
  return ask(caller, {
    method: 'POST',
    path: '/suppressions',
    body,
    idempotencyKey: idempotencyKey(caller, itemIndex),
    itemIndex,
    patient: true,
  });
}
