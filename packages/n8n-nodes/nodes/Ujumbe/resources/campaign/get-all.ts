import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { filtersField, getMany, searchFilter } from '../../get-many.js';
import { shownCampaign } from './campaign-item.js';

export const filterFields: INodeProperties[] = [
  filtersField([
    searchFilter('e.g. promo', 'Only campaigns with this in their name'),
    {
      displayName: 'Status',
      name: 'status',
      type: 'options',
      options: [
        { name: 'Cancelled', value: 'cancelled' },
        { name: 'Completed', value: 'completed' },
        { name: 'Draft', value: 'draft', description: 'Not sent yet, or scheduled' },
        { name: 'Sending', value: 'sending', description: 'On its way, or paused' },
      ],
      default: 'sending',
      description: 'Only campaigns with this status',
    },
  ]),
];

interface Filters {
  search?: string;
  status?: string;
}

export function getAll(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const { search, status } = caller.getNodeParameter('filters', itemIndex, {}) as Filters;
  return getMany(caller, itemIndex, { path: '/campaigns', query: { search, status }, shown: shownCampaign });
}
