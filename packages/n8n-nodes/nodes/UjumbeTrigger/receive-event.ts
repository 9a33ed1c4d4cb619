import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { passes, type Filters } from './filters.js';
import { isFirst } from './seen-events.js';
import { isSigned } from './signature.js';
import type { Memory } from './subscription.js';

/** An event as the platform posts it. */
interface PostedEvent {
  id: string;
  type: string;
  timestamp: string;
  account_uuid: string;
  data: IDataObject;
}

/** Starts an execution on a genuine event that is wanted and has not come before. Whatever else comes starts none. */
export function receiveEvent(caller: IWebhookFunctions): IWebhookResponseData {
  const { headers, rawBody } = caller.getRequestObject();
  const memory = caller.getWorkflowStaticData('node') as Memory;
  const post = {
    id: headers['webhook-id'],
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    rawBody: rawBody as Buffer | undefined,
  };
  if (!isSigned(post, memory.secret, Date.now())) {
    caller.getResponseObject().status(401).json({ received: false, error: 'the signature does not hold' });
    return { noWebhookResponse: true };
  }
  const event = caller.getBodyData() as unknown as PostedEvent;
  if (!isWanted(caller, event)) return { webhookResponse: { received: true, started: false } };
  if (!isFirst(keyOf(caller), memory, String(post.id))) {
    return { webhookResponse: { received: true, started: false } };
  }
  return {
    workflowData: [[{ json: itemOf(event) }]],
    webhookResponse: { received: true, started: true },
  };
}

/** A subscription that was just changed may still bring what it heard before. */
function isWanted(caller: IWebhookFunctions, { type, data }: PostedEvent): boolean {
  const events = caller.getNodeParameter('events', []) as string[];
  return events.includes(type) && passes(type, data, caller.getNodeParameter('filters', {}) as Filters);
}

/** A test run listens beside the active workflow, and both may hear the same event. */
const keyOf = (caller: IWebhookFunctions): string =>
  [caller.getWorkflow().id, caller.getNode().id, caller.getMode()].join(':');

/** What a workflow works with: what happened, and the fields of what it happened to. */
const itemOf = ({ id, type, timestamp, account_uuid, data }: PostedEvent): IDataObject => ({
  event: type,
  event_id: id,
  event_at: timestamp,
  account_uuid,
  ...data,
});
