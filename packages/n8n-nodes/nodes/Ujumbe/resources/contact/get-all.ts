import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readPages } from '../../../api/pages.js';
import { limitOf } from '../../list-fields.js';
import { simplified } from '../../simplified.js';
import { shownFields } from './contact-fields.js';

export const filterFields: INodeProperties[] = [
  {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    options: [
      {
        displayName: 'Search',
        name: 'search',
        type: 'string',
        default: '',
        placeholder: 'e.g. asha',
        description: 'A part of the name, the number or the email',
      },
      {
        displayName: 'Segment ID',
        name: 'segmentId',
        type: 'string',
        default: '',
        description: 'Only contacts that are in this segment now',
      },
    ],
  },
];

export async function getAll(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const filters = caller.getNodeParameter('filters', itemIndex, {}) as { search?: string; segmentId?: string };
  const query = {
    ...(filters.search && { search: filters.search }),
    ...(filters.segmentId && { segment_uuid: filters.segmentId }),
  };
  const contacts = await readPages(caller, { path: '/contacts', query, itemIndex }, limitOf(caller, itemIndex));
  if (caller.getNodeParameter('simplify', itemIndex, true) !== true) return contacts;
  return contacts.map((contact) => simplified(contact, shownFields));
}
