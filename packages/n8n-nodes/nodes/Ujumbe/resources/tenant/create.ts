import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { filledIn, requiredIn } from '../../chosen.js';

export const createFields: INodeProperties[] = [
  {
    displayName: 'Name',
    name: 'name',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. Duka la Asha',
    description: 'What the tenant is called; no two of your tenants have the same name',
  },
  {
    displayName: 'Additional Fields',
    name: 'additionalFields',
    type: 'collection',
    placeholder: 'Add Field',
    default: {},
    options: [
      {
        displayName: 'Contact Email',
        name: 'contactEmail',
        type: 'string',
        placeholder: 'name@email.com',
        default: '',
      },
      { displayName: 'Contact Name', name: 'contactName', type: 'string', default: '' },
      {
        displayName: 'Contact Phone',
        name: 'contactPhone',
        type: 'string',
        default: '',
        placeholder: 'e.g. +255712345678',
      },
      {
        displayName: 'Country',
        name: 'country',
        type: 'string',
        default: '',
        placeholder: 'e.g. TZ',
        description: 'Two letters; your own country when empty',
      },
      {
        displayName: 'Credits',
        name: 'credits',
        type: 'number',
        typeOptions: { minValue: 0 },
        default: 100,
        description: 'What the tenant begins with, out of your own credits',
      },
      {
        displayName: 'Currency',
        name: 'currency',
        type: 'string',
        default: '',
        placeholder: 'e.g. TZS',
        description: 'Three letters; your own currency when empty',
      },
      {
        displayName: 'Sender ID',
        name: 'senderId',
        type: 'string',
        default: '',
        placeholder: 'e.g. ASHA',
        description: 'A sender ID to ask for on behalf of the tenant',
      },
      {
        displayName: 'Sender ID Purpose',
        name: 'senderIdPurpose',
        type: 'string',
        default: '',
        placeholder: 'e.g. order notices',
        description: 'What the sender ID is for, for whoever approves it',
      },
    ],
  },
];

interface AdditionalFields {
  contactEmail?: string;
  contactName?: string;
  contactPhone?: string;
  country?: string;
  credits?: number;
  currency?: string;
  senderId?: string;
  senderIdPurpose?: string;
}

export async function create(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const fields = caller.getNodeParameter('additionalFields', itemIndex, {}) as AdditionalFields;
  const { contactEmail, contactName, contactPhone, country, credits, currency } = fields;
  const contact = filledIn({ email: contactEmail, name: contactName, phone: contactPhone });
  const body = {
    name: requiredIn(caller, 'name', 'Name', itemIndex),
    ...filledIn({ country, currency, sender_id: fields.senderId, sender_id_purpose: fields.senderIdPurpose }),
    ...(credits !== undefined && { credits }),
    ...(Object.keys(contact).length > 0 && { contact }),
  };
  return ask(caller, {
    method: 'POST',
    path: '/tenants',
    body,
    idempotencyKey: idempotencyKey(caller, itemIndex),
    itemIndex,
    patient: true,
  });
}
