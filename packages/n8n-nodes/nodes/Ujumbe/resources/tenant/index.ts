import type { INodeProperties } from 'n8n-workflow';
import { listFields } from '../../get-many.js';
import { tenantField } from '../../locators.js';
import type { Operations } from '../../operation.js';
import { shownFor } from '../../shown-for.js';
import { simplifyField } from '../../simplified.js';
import { create, createFields } from './create.js';
import { credit, creditFields } from './credit.js';
import { get } from './get.js';
import { filterFields, getAll } from './get-all.js';
import { resume, suspend } from './steps.js';

export const tenantOperations: Operations = {
  create: { forItem: create },
  credit: { forItem: credit },
  get: { forItem: get },
  getAll: { forItem: getAll },
  resume: { forItem: resume },
  suspend: { forItem: suspend },
};

export const tenantDescription: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['tenant'] } },
    options: [
      {
        name: 'Create',
        value: 'create',
        action: 'Create tenant',
        description: 'Open an account for a customer of yours',
      },
      {
        name: 'Credit',
        value: 'credit',
        action: 'Credit tenant',
        description: 'Give a tenant credits out of your own',
      },
      { name: 'Get', value: 'get', action: 'Get tenant', description: 'Get a tenant with its balance' },
      { name: 'Get Many', value: 'getAll', action: 'Get many tenants', description: 'Get tenants, newest first' },
      {
        name: 'Resume',
        value: 'resume',
        action: 'Resume tenant',
        description: 'Let a suspended tenant send and sign in again',
      },
      {
        name: 'Suspend',
        value: 'suspend',
        action: 'Suspend tenant',
        description: 'Stop a tenant from sending and signing in until it is resumed',
      },
    ],
    default: 'create',
  },
  ...shownFor('tenant', 'create', createFields),
  ...shownFor('tenant', ['credit', 'get', 'resume', 'suspend'], [tenantField]),
  ...shownFor('tenant', 'credit', creditFields),
  ...shownFor('tenant', 'getAll', listFields),
  ...shownFor('tenant', ['get', 'getAll'], [simplifyField]),
  ...shownFor('tenant', 'getAll', filterFields),
];
