import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readPages } from '../../../api/pages.js';
import { limitOf } from '../../list-fields.js';
import { shownPayment } from './payment-item.js';

export const filterFields: INodeProperties[] = [
  {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    options: [
      {
        displayName: 'State',
        name: 'state',
        type: 'options',
        options: [
          { name: 'Cancelled', value: 'cancelled', description: 'The payer said no' },
          { name: 'Completed', value: 'completed', description: 'The wallet has the money, and the credits are there' },
          { name: 'Created', value: 'created', description: 'The wallet has not been asked yet' },
          { name: 'Expired', value: 'expired', description: 'No word came in time; one may still follow' },
          { name: 'Failed', value: 'failed' },
          { name: 'Pending', value: 'pending', description: 'The payer has yet to answer' },
          { name: 'Pushed', value: 'pushed', description: 'The phone is asked' },
        ],
        default: 'completed',
        description: 'Only payments that stand there',
      },
    ],
  },
];

export async function getAll(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const { state } = caller.getNodeParameter('filters', itemIndex, {}) as { state?: string };
  const list = { path: '/payments', query: { ...(state && { state }) }, itemIndex };
  const payments = await readPages(caller, list, limitOf(caller, itemIndex));
  return payments.map((payment) => shownPayment(caller, payment, itemIndex));
}
