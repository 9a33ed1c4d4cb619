import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { idempotencyKey } from '../../../api/idempotency-key.js';
import { requiredIn, writtenIn } from '../../chosen.js';
import { senderField } from '../../locators.js';
import { additionalOf, lane, optionsOf, scheduledAt, textField, validity } from '../message/send-fields.js';
import { audienceField, audienceOf } from './audience.js';

export const createFields: INodeProperties[] = [
  {
    displayName: 'Name',
    name: 'name',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. May Promo',
    description: 'What the campaign is called',
  },
  {
    ...textField,
    placeholder: 'e.g. Habari {{first_name|default:"rafiki"}}, everything is half price on Monday.',
    description: 'The text everybody gets, with fields of the contact in double braces',
  },
  audienceField,
  senderField,
  {
    displayName: 'Additional Fields',
    name: 'additionalFields',
    type: 'collection',
    placeholder: 'Add Field',
    default: {},
    options: [
      { ...lane, default: 'promotional' },
      { ...scheduledAt, description: 'When it goes out once it is sent; at once when empty' },
      {
        displayName: 'Speed (Parts per Second)',
        name: 'segmentsPerSecond',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: 50,
        description: 'How fast it goes out at most, so that whoever answers the replies keeps up',
      },
      validity,
    ],
  },
];

/** Makes a draft; nothing leaves before it is sent. */
export async function create(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const { segmentsPerSecond } = additionalOf(caller, itemIndex) as { segmentsPerSecond?: number };
  const body = {
    name: requiredIn(caller, 'name', 'Name', itemIndex),
    message: writtenIn(caller, 'message', 'Message', itemIndex),
    ...audienceOf(caller, itemIndex),
    ...optionsOf(caller, itemIndex),
    ...(segmentsPerSecond !== undefined && { segments_per_second: segmentsPerSecond }),
  };
  return ask(caller, {
    method: 'POST',
    path: '/campaigns',
    body,
    idempotencyKey: idempotencyKey(caller, itemIndex),
    itemIndex,
    patient: true,
  });
}
