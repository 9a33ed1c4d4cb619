import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { offsetInZone } from '../../../api/time-in-zone.js';
import { timeOf } from '../../chosen.js';

export const usageFields: INodeProperties[] = [
  {
    displayName: 'Group By',
    name: 'by',
    type: 'options',
    options: [
      { name: 'Campaign', value: 'campaign' },
      { name: 'Day', value: 'day' },
      { name: 'Network', value: 'network' },
      { name: 'Sender ID', value: 'sender' },
    ],
    default: 'day',
    description: 'What the counts are told apart by; each comes as an item of its own',
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      {
        displayName: 'From',
        name: 'from',
        type: 'dateTime',
        default: '',
        description: 'Only what was sent at this time or later; the last 30 days when empty',
      },
      {
        displayName: 'To',
        name: 'to',
        type: 'dateTime',
        default: '',
        description: 'Only what was sent before this time; until now when empty',
      },
      {
        displayName: 'Total Only',
        name: 'totalOnly',
        type: 'boolean',
        default: false,
        description: 'Whether to return one item with the sum of all',
      },
    ],
  },
];

interface Options {
  from?: string;
  to?: string;
  totalOnly?: boolean;
}

/** What was sent and what it cost. A day is one of the workflow's time zone. */
export async function getUsage(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject | IDataObject[]> {
  const { from, to, totalOnly } = caller.getNodeParameter('options', itemIndex, {}) as Options;
  const query = {
    by: caller.getNodeParameter('by', itemIndex, 'day') as string,
    ...(from && { from: timeOf(caller, from, 'From', itemIndex) }),
    ...(to && { to: timeOf(caller, to, 'To', itemIndex) }),
    utc_offset: offsetInZone(Date.now(), caller.getTimezone()),
  };
  const usage = await ask<Usage>(caller, { method: 'GET', path: '/usage', query, itemIndex, patient: true });
  return totalOnly ? { from: usage.from, to: usage.to, ...usage.total } : usage.items;
}

interface Usage {
  from: string;
  to: string;
  items: IDataObject[];
  total: IDataObject;
}
