import { NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';
import { requiredIn } from '../../chosen.js';
import { packageField } from '../../locators.js';

/** What is bought, and whose phone is asked for the money. */
export const requestFields: INodeProperties[] = [
  {
    displayName: 'Phone',
    name: 'phone',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. +255744963858',
    description: 'Whose phone is asked to pay; its owner enters the PIN of the wallet',
  },
  {
    displayName: 'Buy',
    name: 'buy',
    type: 'options',
    options: [
      { name: 'Credits', value: 'credits', description: 'A number of credits, priced by tier' },
      { name: 'Package', value: 'package', description: 'One of the packages on offer' },
    ],
    default: 'package',
    description: 'What the money is for',
  },
  { ...packageField, displayOptions: { show: { buy: ['package'] } } },
  {
    displayName: 'Credits',
    name: 'credits',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 1000,
    required: true,
    displayOptions: { show: { buy: ['credits'] } },
    description: 'How many credits to buy',
  },
  {
    displayName: 'Additional Fields',
    name: 'additionalFields',
    type: 'collection',
    placeholder: 'Add Field',
    default: {},
    options: [
      {
        displayName: 'Buyer Email',
        name: 'buyerEmail',
        type: 'string',
        placeholder: 'name@email.com',
        default: '',
        description: 'Where the wallet sends its receipt',
      },
      {
        displayName: 'Buyer Name',
        name: 'buyerName',
        type: 'string',
        default: '',
        description: "Who pays; the account's own name when empty",
      },
      {
        displayName: 'Provider Name or ID',
        name: 'provider',
        type: 'options',
        typeOptions: { loadOptionsMethod: 'getProviders' },
        default: '',
        description:
          'The mobile-money operator; found by the number when empty. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
      },
    ],
  },
];

interface AdditionalFields {
  buyerEmail?: string;
  buyerName?: string;
  provider?: string;
}

/** A payment as the API is asked for it. @throws NodeOperationError that names the field as the form does */
export function requestOf(caller: IExecuteFunctions, itemIndex: number): IDataObject {
  const fields = caller.getNodeParameter('additionalFields', itemIndex, {}) as AdditionalFields;
  const { buyerEmail, buyerName, provider } = fields;
  return {
    ...boughtIn(caller, itemIndex),
    phone: requiredIn(caller, 'phone', 'Phone', itemIndex),
    ...(buyerName && { name: buyerName }),
    ...(buyerEmail && { email: buyerEmail }),
    ...(provider && { provider }),
  };
}

function boughtIn(caller: IExecuteFunctions, itemIndex: number): IDataObject {
  if (caller.getNodeParameter('buy', itemIndex, 'package') === 'package') {
    return { package_uuid: requiredIn(caller, 'packageId', 'Package', itemIndex) };
  }
  const credits = Number(caller.getNodeParameter('credits', itemIndex, 0));
  if (credits > 0) return { credits };
  throw new NodeOperationError(caller.getNode(), '"Credits" is not a number above 0', {
    itemIndex,
    description: 'Fill in "Credits", or check the expression in it.',
  });
}
