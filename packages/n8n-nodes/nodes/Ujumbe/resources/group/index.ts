import type { INodeProperties } from 'n8n-workflow';
import { listFields } from '../../get-many.js';
import { groupField } from '../../locators.js';
import type { Operations } from '../../operation.js';
import { shownFor } from '../../shown-for.js';
import { addContact } from './add-contact.js';
import { create, createFields } from './create.js';
import { deleteGroup } from './delete.js';
import { get } from './get.js';
import { getAll } from './get-all.js';
import { removeContact } from './remove-contact.js';
import { update, updateFields } from './update.js';

export const groupOperations: Operations = {
  addContact: { forAll: addContact },
  create: { forItem: create },
  delete: { forItem: deleteGroup },
  get: { forItem: get },
  getAll: { forItem: getAll },
  removeContact: { forItem: removeContact },
  update: { forItem: update },
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
      { name: 'Delete', value: 'delete', action: 'Delete group', description: 'Delete a group; its contacts stay' },
      { name: 'Get', value: 'get', action: 'Get group', description: 'Get a group and how many contacts it has' },
      { name: 'Get Many', value: 'getAll', action: 'Get many groups', description: 'Get groups by name' },
      {
        name: 'Remove Contact',
        value: 'removeContact',
        action: 'Remove contact from group',
        description: 'Take a number out of a group; the contact stays',
      },
      { name: 'Update', value: 'update', action: 'Update group', description: 'Change the name or description' },
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
  ...shownFor('group', ['delete', 'get', 'update'], [groupField]),
  ...shownFor('group', 'update', updateFields),
  ...shownFor('group', 'getAll', listFields),
];
