import {
  NodeConnectionTypes,
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
} from 'n8n-workflow';
import { searchCampaigns } from '../Ujumbe/search/search-lists.js';
import { eventOptions } from './events.js';
import { filterFields } from './filters.js';
import { receiveEvent } from './receive-event.js';
import { isSubscribed, subscribe, unsubscribe } from './subscription.js';
import { toldWhole } from './told-whole.js';

/** Starts a workflow when something happens on an Ujumbe server, by a subscription there. */
export class UjumbeTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Ujumbe Trigger',
    name: 'ujumbeTrigger',
    icon: { light: 'file:../../icons/ujumbe.svg', dark: 'file:../../icons/ujumbe.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{$parameter["events"].join(", ")}}',
    description: 'Starts the workflow on receipts, replies, campaigns and payments',
    defaults: { name: 'Ujumbe Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'ujumbeApi', required: true }],
    webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
    properties: [
      {
        displayName: 'Events',
        name: 'events',
        type: 'multiOptions',
        options: eventOptions,
        default: [],
        required: true,
        description: 'What starts the workflow',
      },
      filterFields,
    ],
  };

  methods = { listSearch: { searchCampaigns } };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return toldWhole(this, isSubscribed);
      },
      async create(this: IHookFunctions): Promise<boolean> {
        return toldWhole(this, subscribe);
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        return toldWhole(this, unsubscribe);
      },
    },
  };

  webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return receiveEvent(this);
  }
}
