import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { listOf } from '../Ujumbe/chosen.js';
import { tagsOf } from './contact-tags.js';
import { handsetOf, passes, type Filters } from './filters.js';
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
export async function receiveEvent(caller: IWebhookFunctions): Promise<IWebhookResponseData> {
  const { headers, rawBody } = caller.getRequestObject();
  const memory = caller.getWorkflowStaticData('node') as Memory;
  const post = {
    id: headers['webhook-id'],
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    rawBody: rawBody as Buffer | undefined,
  };
  if (!isSigned(post, memory.secret, Date.now())) {
    return refuse(caller, 401, 'the signature does not hold');
  }
  const event = caller.getBodyData() as unknown as PostedEvent;
  const wanted = await isWanted(caller, event).catch(() => 'unknown' as const);
  // Whoever cannot tell must not let the event go: the platform comes again.
  if (wanted === 'unknown') return refuse(caller, 503, 'the tags of the contact could not be read');
  if (!wanted || !isFirst(keyOf(caller), memory, String(post.id))) {
    return { webhookResponse: { received: true, started: false } };
  }
  return {
    workflowData: [[{ json: itemOf(event) }]],
    webhookResponse: { received: true, started: true },
  };
}

/** A subscription that was just changed may still bring what it heard before. */
async function isWanted(caller: IWebhookFunctions, { type, data }: PostedEvent): Promise<boolean> {
  const events = caller.getNodeParameter('events', []) as string[];
  const filters = caller.getNodeParameter('filters', {}) as Filters;
  if (!events.includes(type) || !passes(type, data, filters)) return false;
  const [tags, handset] = [listOf(filters.tags), handsetOf(type, data)];
  if (tags.length === 0 || handset === undefined) return true;
  const worn = await tagsOf(caller, handset);
  return tags.some((tag) => worn.includes(tag));
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

function refuse(caller: IWebhookFunctions, status: number, error: string): IWebhookResponseData {
  caller.getResponseObject().status(status).json({ received: false, error });
  return { noWebhookResponse: true };
}
