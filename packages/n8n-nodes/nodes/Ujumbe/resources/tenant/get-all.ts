import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readPages } from '../../../api/pages.js';
import { limitOf } from '../../list-fields.js';
import { shownTenant } from './tenant-item.js';

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
        description: 'A part of the name or of the contact',
      },
      {
        displayName: 'State',
        name: 'state',
        type: 'options',
        options: [
          { name: 'Active', value: 'active' },
          { name: 'Suspended', value: 'suspended' },
        ],
        default: 'active',
        description: 'Only tenants that stand there',
      },
    ],
  },
];

interface Filters {
  search?: string;
  state?: string;
}

export async function getAll(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const { search, state } = caller.getNodeParameter('filters', itemIndex, {}) as Filters;
  const query = { ...(search && { search }), ...(state && { state }) };
  const tenants = await readPages(caller, { path: '/tenants', query, itemIndex }, limitOf(caller, itemIndex));
  return tenants.map((tenant) => shownTenant(caller, tenant, itemIndex));
}
