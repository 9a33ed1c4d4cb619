import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { idIn } from '../../chosen.js';
import { filtersField, getMany, searchFilter } from '../../get-many.js';
import { segmentField } from '../../locators.js';
import { shownContact } from './contact-item.js';

export const filterFields: INodeProperties[] = [
  filtersField([
    searchFilter('e.g. asha', 'Only contacts with this in their name, number or email'),
    { ...segmentField, required: false, description: 'Only contacts that are in this segment now' },
  ]),
];

interface Filters {
  search?: string;
  segmentId?: unknown;
}

export function getAll(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const { search, segmentId } = caller.getNodeParameter('filters', itemIndex, {}) as Filters;
  const query = { search, segment_uuid: idIn(segmentId) };
  return getMany(caller, itemIndex, { path: '/contacts', query, shown: shownContact });
}
