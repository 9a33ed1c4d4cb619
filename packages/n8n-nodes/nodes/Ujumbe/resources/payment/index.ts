import type { INodeProperties } from 'n8n-workflow';
import { listFields } from '../../get-many.js';
import { paymentField } from '../../locators.js';
import type { Operations } from '../../operation.js';
import { shownFor } from '../../shown-for.js';
import { simplifyField } from '../../simplified.js';
import { get } from './get.js';
import { filterFields, getAll } from './get-all.js';
import { request, requestDescription } from './request.js';
import { requestAndWait, requestAndWaitDescription, requestAndWaitName } from './request-and-wait.js';

export const paymentOperations: Operations = {
  get: { forItem: get },
  getAll: { forItem: getAll },
  request: { forItem: request },
  [requestAndWaitName]: { forAll: requestAndWait },
};

export const paymentDescription: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['payment'] } },
    options: [
      { name: 'Get', value: 'get', action: 'Get payment', description: 'Get a payment and what became of it' },
      { name: 'Get Many', value: 'getAll', action: 'Get many payments', description: 'Get payments, newest first' },
      {
        name: 'Request',
        value: 'request',
        action: 'Request payment',
        description: 'Ask a phone to pay for a package or for credits',
      },
      {
        name: 'Request and Wait for Result',
        value: requestAndWaitName,
        action: 'Request payment and wait for result',
        description: 'Ask a phone to pay, and wait until it has, has not, or the time is over',
      },
    ],
    default: 'request',
  },
  ...requestDescription,
  ...requestAndWaitDescription,
  ...shownFor('payment', 'get', [paymentField]),
  ...shownFor('payment', 'getAll', listFields),
  ...shownFor('payment', ['get', 'getAll'], [simplifyField]),
  ...shownFor('payment', 'getAll', filterFields),
];
