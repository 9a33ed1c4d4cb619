import type {
  IDataObject,
  INodeExecutionData,
  IWebhookDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { readRefused, type RefusedItem } from './refused-items.js';

/** Where an execution that waits for its messages is resumed; n8n itself opens and closes it. */
export const resumeWebhooks: IWebhookDescription[] = [
  {
    name: 'default',
    httpMethod: 'POST',
    responseMode: 'onReceived',
    path: '={{ $nodeId }}',
    restartWebhook: true,
    isFullPath: true,
  },
];

/** A watch as the API shows it. */
interface Watch {
  url: string;
  state: 'waiting' | 'settled' | 'timed_out';
  messages: IDataObject[];
}

/**
 * Resumes an execution that waits for its messages. What is posted says only which watch has ended; what became of the
 * messages is asked for, so that no made-up call can say that they arrived.
 */
export async function resumeFromWatch(caller: IWebhookFunctions): Promise<IWebhookResponseData> {
  const { data } = caller.getBodyData() as { data?: { uuid?: unknown } };
  const uuid = typeof data?.uuid === 'string' ? data.uuid : '';
  if (!/^[0-9a-f-]{36}$/i.test(uuid)) return refuse(caller, 400);
  const watch = await ask<Watch>(caller, { method: 'GET', path: `/watches/${uuid}` });
  if (!isOfThisExecution(caller, watch)) return refuse(caller, 403);
  if (watch.state === 'waiting') return { webhookResponse: { resumed: false } };
  const refused = readRefused((caller.getQueryData() as IDataObject).refused);
  return { workflowData: outputsOf(watch, refused), webhookResponse: { resumed: true } };
}

/** A watch belongs to the address it was made for; the host may have another name from outside. */
function isOfThisExecution(caller: IWebhookFunctions, { url }: Watch): boolean {
  const asked = caller.getRequestObject().originalUrl;
  const known = new URL(url);
  return `${known.pathname}${known.search}`.endsWith(asked) || asked.endsWith(`${known.pathname}${known.search}`);
}

/** Delivered, and not delivered with why, each paired with the item it was sent for. */
function outputsOf({ messages, state }: Watch, refused: readonly RefusedItem[]): INodeExecutionData[][] {
  const refusals = new Map(refused.map(({ itemIndex, code }) => [itemIndex, code]));
  const outputs: [INodeExecutionData[], INodeExecutionData[]] = [[], []];
  const waiting = [...messages];
  for (let itemIndex = 0; itemIndex < messages.length + refused.length; itemIndex++) {
    const code = refusals.get(itemIndex);
    const message = code === undefined ? waiting.shift() : undefined;
    const pairedItem = { item: itemIndex };
    if (message?.state === 'delivered') outputs[0].push({ json: { ...message, timed_out: false }, pairedItem });
    else if (message) {
      const isOpen = state === 'timed_out' && (message.status === 'queued' || message.status === 'sent');
      outputs[1].push({ json: { ...message, timed_out: isOpen }, pairedItem });
    } else {
      const reason = { status: 'refused', code: code ?? null, error: code?.replace(/_/g, ' ') ?? null };
      outputs[1].push({ json: { ...reason, timed_out: false }, pairedItem });
    }
  }
  return outputs;
}

function refuse(caller: IWebhookFunctions, status: number): IWebhookResponseData {
  caller.getResponseObject().status(status).json({ resumed: false });
  return { noWebhookResponse: true };
}
