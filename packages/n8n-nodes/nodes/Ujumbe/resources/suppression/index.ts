import type { INodeProperties } from 'n8n-workflow';
import type { Operations } from '../../operation.js';
import { shownFor } from '../../shown-for.js';
import { add, addFields } from './add.js';
import { check } from './check.js';
import { remove } from './remove.js';

export const suppressionOperations: Operations = {
  add: { forItem: add },
  check: { forItem: check },
  remove: { forItem: remove },
};

export const suppressionDescription: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['suppression'] } },
    options: [
      { name: 'Add', value: 'add', action: 'Add suppression', description: 'Stop all messages to a number' },
      {
        name: 'Check',
        value: 'check',
        action: 'Check suppression',
        description: 'Tell whether messages to a number are stopped',
      },
      {
        name: 'Remove',
        value: 'remove',
        action: 'Remove suppression',
        description: 'Allow messages to a number again',
      },
    ],
    default: 'add',
  },
  ...shownFor(
    'suppression',
    ['add', 'check', 'remove'],
    [
      {
        displayName: 'Phone',
        name: 'phone',
        type: 'string',
        default: '',
        required: true,
        placeholder: 'e.g. +255712345678',
        description: 'The number that does not want messages, or wants them again',
      },
    ],
  ),
  ...shownFor('suppression', 'add', addFields),
];
