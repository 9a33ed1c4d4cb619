import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

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

export function limitOf(caller: IExecuteFunctions, itemIndex: number): number {
  return caller.getNodeParameter('returnAll', itemIndex, false)
    ? Number.POSITIVE_INFINITY
    : caller.getNodeParameter('limit', itemIndex, 50);
}
