import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
} from 'n8n-workflow';
import { operationOf, resourceFields } from './resources/index.js';
import { runOperation } from './run-operation.js';
import { getProviders } from './search/get-providers.js';
import {
  searchCampaigns,
  searchContacts,
  searchGroups,
  searchMessages,
  searchPackages,
  searchPayments,
  searchSegments,
  searchSenders,
} from './search/search-lists.js';
import { resumeFromWatch, resumeWebhooks } from './waiting/resume-from-watch.js';

/** Sends messages and campaigns, asks for payments and looks after contacts by the API of an Ujumbe server. */
export class Ujumbe implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Ujumbe',
    name: 'ujumbe',
    icon: { light: 'file:../../icons/ujumbe.svg', dark: 'file:../../icons/ujumbe.dark.svg' },
    group: ['output'],
    version: 1,
    subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
    description: 'Send SMS and campaigns, take payments by phone, and look after contacts',
    defaults: { name: 'Ujumbe' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: `={{
      $parameter["operation"] === "sendAndWaitForDelivery" ? [{ type: "main", displayName: "Delivered" }, { type: "main", displayName: "Not Delivered" }] :
      $parameter["operation"] === "requestAndWaitForResult" ? [{ type: "main", displayName: "Completed" }, { type: "main", displayName: "Not Completed" }] :
      [{ type: "main" }] }}`,
    credentials: [{ name: 'ujumbeApi', required: true }],
    webhooks: resumeWebhooks,
    properties: resourceFields,
  };

  methods = {
    listSearch: {
      searchCampaigns,
      searchContacts,
      searchGroups,
      searchMessages,
      searchPackages,
      searchPayments,
      searchSegments,
      searchSenders,
    },
    loadOptions: { getProviders },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const resource = this.getNodeParameter('resource', 0);
    const operation = this.getNodeParameter('operation', 0);
    return runOperation(this, operationOf(this.getNode(), resource, operation));
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return resumeFromWatch(this);
  }
}
