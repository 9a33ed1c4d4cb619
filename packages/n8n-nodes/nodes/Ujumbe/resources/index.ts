import { NodeOperationError, type INode, type INodeProperties } from 'n8n-workflow';
import type { Operations } from '../operation.js';
import { accountDescription, accountOperations } from './account/index.js';
import { campaignDescription, campaignOperations } from './campaign/index.js';
import { contactDescription, contactOperations } from './contact/index.js';
import { groupDescription, groupOperations } from './group/index.js';
import { messageDescription, messageOperations } from './message/index.js';
import { paymentDescription, paymentOperations } from './payment/index.js';
import { suppressionDescription, suppressionOperations } from './suppression/index.js';

const operations: Readonly<Record<string, Operations>> = {
  account: accountOperations,
  campaign: campaignOperations,
  contact: contactOperations,
  group: groupOperations,
  message: messageOperations,
  payment: paymentOperations,
  suppression: suppressionOperations,
};

export const resourceFields: INodeProperties[] = [
  {
    displayName: 'Resource',
    name: 'resource',
    type: 'options',
    noDataExpression: true,
    options: [
      { name: 'Account', value: 'account' },
      { name: 'Campaign', value: 'campaign' },
      { name: 'Contact', value: 'contact' },
      { name: 'Group', value: 'group' },
      { name: 'Message', value: 'message' },
      { name: 'Payment', value: 'payment' },
      { name: 'Suppression', value: 'suppression' },
    ],
    default: 'message',
  },
  ...messageDescription,
  ...campaignDescription,
  ...contactDescription,
  ...groupDescription,
  ...paymentDescription,
  ...accountDescription,
  ...suppressionDescription,
];

/** @throws NodeOperationError when the workflow names what this version of the node does not have */
export function operationOf(node: INode, resource: string, operation: string): Operations[string] {
  const found = operations[resource]?.[operation];
  if (found) return found;
  throw new NodeOperationError(node, `There is no operation "${operation}" for "${resource}"`, {
    description: 'Choose another operation, or install a newer version of n8n-nodes-ujumbe.',
  });
}
