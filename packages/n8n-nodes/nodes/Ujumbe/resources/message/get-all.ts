import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { timeOf } from '../../chosen.js';
import { filtersField, getMany, listFields } from '../../get-many.js';
import { shownFor } from '../../shown-for.js';
import { simplifyField } from '../../simplified.js';
import { shownMessage } from './message-item.js';

export const getAllDescription: INodeProperties[] = shownFor('message', 'getAll', [
  ...listFields,
  simplifyField,
  filtersField([
    {
      displayName: 'Client Reference',
      name: 'clientReference',
      type: 'string',
      default: '',
      description: 'The reference a message was sent with',
    },
    {
      displayName: 'Created After',
      name: 'createdAfter',
      type: 'dateTime',
      default: '',
      description: 'Only messages made at this time or later',
    },
    {
      displayName: 'Created Before',
      name: 'createdBefore',
      type: 'dateTime',
      default: '',
      description: 'Only messages made before this time',
    },
    {
      displayName: 'Phone',
      name: 'phone',
      type: 'string',
      default: '',
      placeholder: 'e.g. +255712345678',
      description: 'Only messages to this number',
    },
    {
      displayName: 'Sender ID',
      name: 'senderId',
      type: 'string',
      default: '',
      placeholder: 'e.g. DUKA',
      description: 'Only messages from this sender ID',
    },
    {
      displayName: 'Status',
      name: 'status',
      type: 'options',
      options: [
        { name: 'Delivered', value: 'delivered' },
        { name: 'Failed', value: 'failed' },
        { name: 'Queued', value: 'queued' },
        { name: 'Sent', value: 'sent' },
      ],
      default: 'delivered',
      description: 'Only messages with this status',
    },
  ]),
]);

interface Filters {
  clientReference?: string;
  createdAfter?: string;
  createdBefore?: string;
  phone?: string;
  senderId?: string;
  status?: string;
}

export async function getAll(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const filters = caller.getNodeParameter('filters', itemIndex, {}) as Filters;
  const { clientReference, createdAfter, createdBefore, phone, senderId, status } = filters;
  const query = {
    client_ref: clientReference,
    created_after: createdAfter && timeOf(caller, createdAfter, 'Created After', itemIndex),
    // What is sent while we read is not what was asked for, and would move the pages.
    created_before: createdBefore
      ? timeOf(caller, createdBefore, 'Created Before', itemIndex)
      : new Date().toISOString(),
    phone,
    sender_id: senderId,
    status,
  };
  return getMany(caller, itemIndex, { path: '/messages', query, shown: shownMessage });
}
