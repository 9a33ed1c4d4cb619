import { NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { tenantPath } from './tenant-path.js';

export const creditFields: INodeProperties[] = [
  {
    displayName: 'Credits',
    name: 'credits',
    type: 'number',
    typeOptions: { minValue: 0, numberPrecision: 3 },
    default: 100,
    required: true,
    description: 'How many credits to give out of your own',
  },
  {
    displayName: 'Additional Fields',
    name: 'additionalFields',
    type: 'collection',
    placeholder: 'Add Field',
    default: {},
    options: [
      {
        displayName: 'Reference',
        name: 'reference',
        type: 'string',
        default: '',
        placeholder: 'e.g. invoice 4711',
        description: 'What the credits are for. A reference is given once, whichever execution it comes from.',
      },
    ],
  },
];

/** Gives a tenant credits. */
export async function credit(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const path = `${tenantPath(caller, itemIndex)}/credit`;
  const { reference } = caller.getNodeParameter('additionalFields', itemIndex, {}) as { reference?: string };
  const credits = Number(caller.getNodeParameter('credits', itemIndex, 0));
  if (!(credits > 0)) {
    throw new NodeOperationError(caller.getNode(), '"Credits" is not a number above 0', {
      itemIndex,
      description: 'Fill in "Credits", or check the expression in it.',
    });
  }
  return ask(caller, {
    method: 'POST',
    path,
    body: { credits, ...(reference && { reference }) },
    idempotencyKey: idempotencyKey(caller, itemIndex),
    itemIndex,
    patient: true,
  });
}
