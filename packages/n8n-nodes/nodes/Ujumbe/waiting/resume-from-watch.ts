import type {
  IDataObject,
  INodeExecutionData,
  IWebhookDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { askIfThere } from '../../api/ask.js';
import { asItem } from '../as-item.js';
import { readRefused, type RefusedItem } from './refused-items.js';
import { secondOutput } from './two-outputs.js';

/** Where an execution that waits is resumed; n8n itself opens and closes it. */
export const resumeWebhooks: IWebhookDescription[] = [
  {
    name: 'default',
    httpMethod: 'POST',
    responseMode: 'onReceived',
    path: '',
    restartWebhook: true,
    isFullPath: true,
  },
];

/** A watch as the API shows it. */
interface Watch {
  url: string;
  state: 'waiting' | 'settled' | 'timed_out';
  messages: IDataObject[];
  payments: IDataObject[];
}

/**
 * Resumes an execution that waits for messages or payments. What is posted says only which watch has ended; what became
 * of them is asked for, so that no made-up call can say that they arrived. Whatever goes wrong is answered and not
 * thrown: n8n would end the execution with it, and the platform comes again.
 */
export async function resumeFromWatch(caller: IWebhookFunctions): Promise<IWebhookResponseData> {
  const { data } = caller.getBodyData() as { data?: { uuid?: unknown } };
  const uuid = typeof data?.uuid === 'string' ? data.uuid : '';
  if (!/^[0-9a-f-]{36}$/i.test(uuid)) return refuse(caller, 400);
  const asked = askIfThere<Watch>(caller, { method: 'GET', path: `/watches/${uuid}` });
  const watch = await asked.catch(() => 'unreachable' as const);
  if (watch === 'unreachable') return refuse(caller, 503);
  if (watch === undefined || !isOfThisExecution(caller, watch)) return refuse(caller, 403);
  if (watch.state === 'waiting') return { webhookResponse: { resumed: false } };
  const refused = readRefused((caller.getQueryData() as IDataObject).refused);
  return { workflowData: [itemsOf(watch, refused)], webhookResponse: { resumed: true } };
}

/** A watch belongs to the address it was made for; before the path there may be another host and a prefix. */
function isOfThisExecution(caller: IWebhookFunctions, { url }: Watch): boolean {
  const { pathname, search } = new URL(url);
  const made = pathname + search;
  const { originalUrl: called } = caller.getRequestObject();
  return made.endsWith(called) || called.endsWith(made);
}

/** An item for each of the input, in its order: n8n pairs what a resumed node puts out by its place. */
function itemsOf({ messages, payments, state }: Watch, refused: readonly RefusedItem[]): INodeExecutionData[] {
  const refusals = new Map(refused.map(({ itemIndex, code }) => [itemIndex, code]));
  const watched = [...messages, ...payments];
  return Array.from({ length: watched.length + refused.length }, (_, item) => {
    const code = refusals.get(item);
    const one = (code === undefined ? watched.shift() : { status: 'refused', error_code: code }) ?? {};
    const shown = { ...asItem(one), timed_out: state === 'timed_out' && isOpen(one) };
    return isDone(one) ? { json: shown, pairedItem: { item } } : secondOutput(whyNot(shown), shown, { item });
  });
}

function whyNot({ timed_out: isLate, status, state, error_reason: reason, error_code: code }: IDataObject): string {
  if (isLate === true) return 'Nothing was heard in time';
  if (typeof reason === 'string') return reason;
  return status === 'refused' ? `It was refused: ${code as string}` : `It ended as ${state as string}`;
}

/** A message has a status, a payment only a state. */
const wordOf = ({ status, state }: IDataObject): unknown => status ?? state;
const isDone = (one: IDataObject): boolean => ['delivered', 'completed'].includes(wordOf(one) as string);
const isOpen = (one: IDataObject): boolean =>
  ['queued', 'sent', 'created', 'pushed', 'pending'].includes(wordOf(one) as string);

function refuse(caller: IWebhookFunctions, status: number): IWebhookResponseData {
  caller.getResponseObject().status(status).json({ resumed: false });
  return { noWebhookResponse: true };
}
