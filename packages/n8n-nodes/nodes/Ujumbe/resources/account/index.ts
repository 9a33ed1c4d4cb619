import type { INodeProperties } from 'n8n-workflow';
import type { Operations } from '../../operation.js';
import { getBalance } from './get-balance.js';

export const accountOperations: Operations = {
  getBalance: { forItem: getBalance },
};

export const accountDescription: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['account'] } },
    options: [
      {
        name: 'Get Balance',
        value: 'getBalance',
        action: 'Get balance of account',
        description: 'Get the credits that can be spent and those held for messages on their way',
      },
    ],
    default: 'getBalance',
  },
];
