import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readPages } from '../api/pages.js';
import { filledIn } from './chosen.js';
import type { Simplify } from './simplified.js';

/** How many a Get Many answers, as everywhere in n8n. */
export const listFields: INodeProperties[] = [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 50,
    displayOptions: { show: { returnAll: [false] } },
    description: 'Max number of results to return',
  },
];

export const filtersField = (options: INodeProperties[]): INodeProperties => ({
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add Filter',
  default: {},
  options,
});

export const searchFilter = (placeholder: string, description: string): INodeProperties => ({
  displayName: 'Search',
  name: 'search',
  type: 'string',
  default: '',
  placeholder,
  description,
});

/** A list of the API's, what narrows it, and how a thing on it is shown; whole when it is not said. */
interface List {
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  shown?: Simplify;
}

/** Reads a list, as far as the form asks. */
export async function getMany(
  caller: IExecuteFunctions,
  itemIndex: number,
  { path, query = {}, shown }: List,
): Promise<IDataObject[]> {
  const limit = caller.getNodeParameter('returnAll', itemIndex, false)
    ? Number.POSITIVE_INFINITY
    : caller.getNodeParameter('limit', itemIndex, 50);
  const found = await readPages(caller, { path, query: filledIn(query), itemIndex }, limit);
  return shown ? found.map((one) => shown(caller, one, itemIndex)) : found;
}
