import type { INodeProperties } from 'n8n-workflow';
import { listFields } from '../../get-many.js';
import { campaignField } from '../../locators.js';
import type { Operations } from '../../operation.js';
import { shownFor } from '../../shown-for.js';
import { simplifyField } from '../../simplified.js';
import { create, createFields } from './create.js';
import { get } from './get.js';
import { filterFields, getAll } from './get-all.js';
import { cancel, pause, plan, resume, send, sendFields } from './steps.js';

export const campaignOperations: Operations = {
  cancel: { forItem: cancel },
  create: { forItem: create },
  get: { forItem: get },
  getAll: { forItem: getAll },
  pause: { forItem: pause },
  plan: { forItem: plan },
  resume: { forItem: resume },
  send: { forItem: send },
};

export const campaignDescription: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['campaign'] } },
    options: [
      {
        name: 'Cancel',
        value: 'cancel',
        action: 'Cancel campaign',
        description: 'Stop for good; what was not handed over yet is taken back, and its credits are free again',
      },
      {
        name: 'Create',
        value: 'create',
        action: 'Create campaign',
        description: 'Create a draft and see what it would cost; nothing is sent',
      },
      { name: 'Get', value: 'get', action: 'Get campaign', description: 'Get a campaign and how far it has come' },
      { name: 'Get Many', value: 'getAll', action: 'Get many campaigns', description: 'Get campaigns, newest first' },
      { name: 'Pause', value: 'pause', action: 'Pause campaign', description: 'Stop sending until it is resumed' },
      {
        name: 'Plan',
        value: 'plan',
        action: 'Plan campaign',
        description: 'Freeze audience, texts and price for a day, to check them before sending',
      },
      { name: 'Resume', value: 'resume', action: 'Resume campaign', description: 'Send the rest of a paused campaign' },
      {
        name: 'Send',
        value: 'send',
        action: 'Send campaign',
        description: 'Hold the credits a draft costs and send it, now or at its scheduled time',
      },
    ],
    default: 'create',
  },
  ...shownFor('campaign', 'create', createFields),
  ...shownFor('campaign', ['cancel', 'get', 'pause', 'plan', 'resume', 'send'], [campaignField]),
  ...shownFor('campaign', 'send', sendFields),
  ...shownFor('campaign', 'getAll', listFields),
  ...shownFor('campaign', ['get', 'getAll'], [simplifyField]),
  ...shownFor('campaign', 'getAll', filterFields),
];
