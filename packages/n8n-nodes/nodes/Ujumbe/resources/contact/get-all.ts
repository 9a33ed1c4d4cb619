import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readPages } from '../../../api/pages.js';
import { idIn } from '../../chosen.js';
import { limitOf } from '../../list-fields.js';
import { segmentField } from '../../locators.js';
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
      { ...segmentField, required: false, description: 'Only contacts that are in this segment now' },
    ],
  },
];

interface Filters {
  search?: string;
  segmentId?: unknown;
}

export async function getAll(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const { search, segmentId } = caller.getNodeParameter('filters', itemIndex, {}) as Filters;
  const segment = idIn(segmentId);
  const query = { ...(search && { search }), ...(segment !== '' && { segment_uuid: segment }) };
  const contacts = await readPages(caller, { path: '/contacts', query, itemIndex }, limitOf(caller, itemIndex));
  if (caller.getNodeParameter('simplify', itemIndex, true) !== true) return contacts;
  return contacts.map((contact) => simplified(contact, shownFields));
}
