import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { filtersField, getMany, searchFilter } from '../../get-many.js';
import { shownTenant } from './tenant-item.js';

export const filterFields: INodeProperties[] = [
  filtersField([
    searchFilter('e.g. asha', 'Only tenants with this in their name or contact'),
    {
      displayName: 'State',
      name: 'state',
      type: 'options',
      options: [
        { name: 'Active', value: 'active' },
        { name: 'Suspended', value: 'suspended' },
      ],
      default: 'active',
      description: 'Only tenants in this state',
    },
  ]),
];

interface Filters {
  search?: string;
  state?: string;
}

export function getAll(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const { search, state } = caller.getNodeParameter('filters', itemIndex, {}) as Filters;
  return getMany(caller, itemIndex, { path: '/tenants', query: { search, state }, shown: shownTenant });
}
