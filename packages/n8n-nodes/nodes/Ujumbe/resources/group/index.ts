import type { INodeProperties } from 'n8n-workflow';
import { groupField } from '../../locators.js';
import type { Operations } from '../../operation.js';
import { shownFor } from '../../shown-for.js';
import { addContact } from './add-contact.js';
import { create, createFields } from './create.js';
import { getAll } from './get-all.js';
import { listFields } from '../../list-fields.js';
import { removeContact } from './remove-contact.js';

export const groupOperations: Operations = {
  addContact: { forAll: addContact },
  create: { forItem: create },
  getAll: { forItem: getAll },
  removeContact: { forItem: removeContact },
};

export const groupDescription: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['group'] } },
    options: [
      {
        name: 'Add Contact',
        value: 'addContact',
        action: 'Add contact to group',
        description: 'Add a number to a group; what is no contact yet becomes one',
      },
      { name: 'Create', value: 'create', action: 'Create group', description: 'Create a group' },
      { name: 'Get Many', value: 'getAll', action: 'Get many groups', description: 'Get groups by name' },
      {
        name: 'Remove Contact',
        value: 'removeContact',
        action: 'Remove contact from group',
        description: 'Take a number out of a group; the contact stays',
      },
    ],
    default: 'addContact',
  },
  ...shownFor(
    'group',
    ['addContact', 'removeContact'],
    [
      groupField,
      {
        displayName: 'Phone',
        name: 'phone',
        type: 'string',
        default: '',
        required: true,
        placeholder: 'e.g. +255712345678',
        description: 'The number of the contact',
      },
    ],
  ),
  ...shownFor('group', 'create', createFields),
  ...shownFor('group', 'getAll', listFields),
];
