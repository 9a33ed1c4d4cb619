import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { filtersField, getMany } from '../../get-many.js';
import { shownPayment } from './payment-item.js';

export const filterFields: INodeProperties[] = [
  filtersField([
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
      description: 'Only payments in this state',
    },
  ]),
];

export function getAll(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]> {
  const { state } = caller.getNodeParameter('filters', itemIndex, {}) as { state?: string };
  return getMany(caller, itemIndex, { path: '/payments', query: { state }, shown: shownPayment });
}
