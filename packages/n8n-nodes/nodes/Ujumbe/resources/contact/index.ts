import type { INodeProperties } from 'n8n-workflow';
import { listFields } from '../../get-many.js';
import { contactField } from '../../locators.js';
import type { Operations } from '../../operation.js';
import { shownFor } from '../../shown-for.js';
import { simplifyField } from '../../simplified.js';
import { additionalFields, phoneField, updateFields } from './contact-fields.js';
import { create } from './create.js';
import { createOrUpdate } from './create-or-update.js';
import { deleteContact, deleteFields } from './delete.js';
import { get } from './get.js';
import { filterFields, getAll } from './get-all.js';
import { importFields, importFromFile } from './import-from-file.js';
import { update } from './update.js';

export const contactOperations: Operations = {
  create: { forItem: create },
  delete: { forItem: deleteContact },
  get: { forItem: get },
  getAll: { forItem: getAll },
  importFromFile: { forItem: importFromFile },
  update: { forItem: update },
  upsert: { forItem: createOrUpdate },
};

export const contactDescription: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['contact'] } },
    options: [
      { name: 'Create', value: 'create', action: 'Create contact', description: 'Create a contact' },
      {
        name: 'Create or Update',
        value: 'upsert',
        action: 'Create or update contact',
        description: 'Create a new record, or update the current one if it already exists (upsert)',
      },
      { name: 'Delete', value: 'delete', action: 'Delete contact', description: 'Delete a contact permanently' },
      { name: 'Get', value: 'get', action: 'Get contact', description: 'Get a contact' },
      { name: 'Get Many', value: 'getAll', action: 'Get many contacts', description: 'Get contacts, newest first' },
      {
        name: 'Import From File',
        value: 'importFromFile',
        action: 'Import contacts from file',
        description: 'Make contacts of the rows of a CSV or XLSX file',
      },
      { name: 'Update', value: 'update', action: 'Update contact', description: 'Change fields of a contact' },
    ],
    default: 'upsert',
  },
  ...shownFor('contact', ['create', 'upsert'], [phoneField, additionalFields]),
  ...shownFor('contact', ['delete', 'get', 'update'], [contactField]),
  ...shownFor('contact', 'update', [updateFields]),
  ...shownFor('contact', 'getAll', listFields),
  ...shownFor('contact', ['get', 'getAll'], [simplifyField]),
  ...shownFor('contact', 'getAll', filterFields),
  ...shownFor('contact', 'delete', deleteFields),
  ...shownFor('contact', 'importFromFile', importFields),
];
