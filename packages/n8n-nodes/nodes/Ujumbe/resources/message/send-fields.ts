import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { chosenIn, timeOf, writtenIn } from '../../chosen.js';
import { senderField } from '../../locators.js';

export const toField: INodeProperties = {
  displayName: 'To',
  name: 'to',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. +255712345678',
  description: "The number to send to, in international form or as it is written in the account's country",
};

export const textField: INodeProperties = {
  displayName: 'Message',
  name: 'message',
  type: 'string',
  typeOptions: { rows: 4 },
  default: '',
  required: true,
  placeholder: 'e.g. Habari Asha, your order is on its way.',
  description: 'The text of the message',
};

const clientReference: INodeProperties = {
  displayName: 'Client Reference',
  name: 'clientReference',
  type: 'string',
  default: '',
  placeholder: 'e.g. order 4711',
  description: 'Your own reference, given back with the message and its events',
};

const idempotencyKeyField: INodeProperties = {
  displayName: 'Idempotency Key',
  name: 'idempotencyKey',
  type: 'string',
  default: '',
  placeholder: 'e.g. order-4711-shipped',
  description:
    'Within 24 hours the same key sends once, whichever execution it comes from. Made of the execution and the item when empty, so that a retry sends nothing twice.',
};

export const lane: INodeProperties = {
  displayName: 'Lane',
  name: 'lane',
  type: 'options',
  options: [
    { name: 'OTP', value: 'otp', description: 'One-time codes; goes first' },
    { name: 'Promotional', value: 'promotional', description: 'Campaigns; goes when nothing else waits' },
    { name: 'Transactional', value: 'transactional', description: 'Notices about what somebody did' },
  ],
  default: 'transactional',
  description: 'How urgent the message is',
};

export const scheduledAt: INodeProperties = {
  displayName: 'Scheduled At',
  name: 'scheduledAt',
  type: 'dateTime',
  default: '',
  description: 'When to send it; at once when empty',
};

export const validity: INodeProperties = {
  displayName: 'Validity (Seconds)',
  name: 'validitySeconds',
  type: 'number',
  typeOptions: { minValue: 1, maxValue: 31536000 },
  default: 86400,
  description: 'How long the message is worth delivering; given up after that',
};

const additionalFields = (options: INodeProperties[]): INodeProperties => ({
  displayName: 'Additional Fields',
  name: 'additionalFields',
  type: 'collection',
  placeholder: 'Add Field',
  default: {},
  options,
});

export const sendFields: INodeProperties[] = [
  senderField,
  additionalFields([clientReference, idempotencyKeyField, lane, scheduledAt, validity]),
];

/** A batch has one key for many rows, so its rows cannot bring their own. */
export const batchFields: INodeProperties[] = [
  senderField,
  additionalFields([clientReference, lane, scheduledAt, validity]),
];

/** A file brings texts and references of its own, and is as urgent as a campaign. */
export const fileFields: INodeProperties[] = [
  senderField,
  additionalFields([idempotencyKeyField, { ...lane, default: 'promotional' }, scheduledAt, validity]),
];

interface AdditionalFields {
  clientReference?: string;
  idempotencyKey?: string;
  lane?: string;
  scheduledAt?: string;
  validitySeconds?: number;
}

export const additionalOf = (caller: IExecuteFunctions, itemIndex: number): AdditionalFields =>
  caller.getNodeParameter('additionalFields', itemIndex, {});

/** What is said once for all messages of a request. */
export function optionsOf(caller: IExecuteFunctions, itemIndex: number): Record<string, string | number> {
  const { lane: chosenLane, scheduledAt: at, validitySeconds } = additionalOf(caller, itemIndex);
  const sender = chosenIn(caller, 'senderId', 'Sender ID', itemIndex);
  return {
    ...(sender !== '' && { sender_id: sender }),
    ...(chosenLane && { lane: chosenLane }),
    ...(at && { scheduled_at: timeOf(caller, at, 'Scheduled At', itemIndex) }),
    ...(validitySeconds !== undefined && { validity_seconds: validitySeconds }),
  };
}

/** One message of a request. */
export function rowOf(caller: IExecuteFunctions, itemIndex: number, to: string): IDataObject {
  const { clientReference: reference } = additionalOf(caller, itemIndex);
  return {
    to,
    // As it is written: blanks and line breaks are a part of a text.
    message: writtenIn(caller, 'message', 'Message', itemIndex),
    ...(reference && { client_ref: reference }),
  };
}
