import type { INodeProperties } from 'n8n-workflow';
import type { Operations } from '../../operation.js';
import { shownFor } from '../../shown-for.js';
import { getBalance } from './get-balance.js';
import { getQuote, quoteFields } from './get-quote.js';
import { getUsage, usageFields } from './get-usage.js';

export const accountOperations: Operations = {
  getBalance: { forItem: getBalance },
  getQuote: { forItem: getQuote },
  getUsage: { forItem: getUsage },
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
      {
        name: 'Get Quote',
        value: 'getQuote',
        action: 'Get quote for message',
        description: 'Tell what a message to many would cost, who would be refused and how long it would take',
      },
      {
        name: 'Get Usage',
        value: 'getUsage',
        action: 'Get usage of account',
        description: 'Get what was sent and what it cost, by day, sender ID, network or campaign',
      },
    ],
    default: 'getBalance',
  },
  ...shownFor('account', 'getQuote', quoteFields),
  ...shownFor('account', 'getUsage', usageFields),
];
