import {
  NodeConnectionTypes,
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
} from 'n8n-workflow';
import { eventOptions } from './events.js';
import { filterFields } from './filters.js';
import { receiveEvent } from './receive-event.js';
import { isSubscribed, subscribe, unsubscribe } from './subscription.js';

/** Starts a workflow when something happens to a message, by a subscription at an Ujumbe server. */
export class UjumbeTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Ujumbe Trigger',
    name: 'ujumbeTrigger',
    icon: { light: 'file:../../icons/ujumbe.svg', dark: 'file:../../icons/ujumbe.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{$parameter["events"].join(", ")}}',
    description: 'Starts the workflow when messages are delivered, fail or come in',
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
        description: 'What the workflow starts on',
      },
      filterFields,
    ],
  };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return isSubscribed(this);
      },
      async create(this: IHookFunctions): Promise<boolean> {
        return subscribe(this);
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        return unsubscribe(this);
      },
    },
  };

  webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return Promise.resolve(receiveEvent(this));
  }
}
