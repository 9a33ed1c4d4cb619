import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readPages } from '../../../api/pages.js';
import { limitOf } from '../../list-fields.js';
import { shownCampaign } from './campaign-item.js';

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
        placeholder: 'e.g. promo',
        description: 'A part of the name',
      },
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
        description: 'Only campaigns that stand there',
      },
    ],
  },
];

interface Filters {
  search?: string;
  status?: string;
}

export async function getAll(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const { search, status } = caller.getNodeParameter('filters', itemIndex, {}) as Filters;
  const query = { ...(search && { search }), ...(status && { status }) };
  const campaigns = await readPages(caller, { path: '/campaigns', query, itemIndex }, limitOf(caller, itemIndex));
  return campaigns.map((campaign) => shownCampaign(caller, campaign, itemIndex));
}
