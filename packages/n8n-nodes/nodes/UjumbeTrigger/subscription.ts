import { NodeOperationError, type IDataObject, type IHookFunctions } from 'n8n-workflow';
import { ask, askIfThere } from '../api/ask.js';
import { listOf } from '../Ujumbe/chosen.js';
import type { Filters } from './filters.js';

/** What the node remembers of its subscription, from one start of n8n to the next. */
export interface Memory extends IDataObject {
  webhookId?: string;
  secret?: string;
}

interface Subscription extends IDataObject {
  uuid: string;
  url: string;
  events: string[];
  state: string;
}

interface SubscriptionWithSecret extends Subscription {
  secret: string;
}

/** n8n makes a second address for its test runs, which is a subscription of its own. */
const urlOf = (caller: IHookFunctions): string => {
  const url = caller.getNodeWebhookUrl('default');
  if (url === undefined) throw new NodeOperationError(caller.getNode(), 'n8n gave this trigger no address');
  return new URL(url).href;
};

const memoryOf = (caller: IHookFunctions): Memory => caller.getWorkflowStaticData('node');
const eventsOf = (caller: IHookFunctions): string[] => caller.getNodeParameter('events', []) as string[];
const path = (uuid: string): string => `/webhooks/${encodeURIComponent(uuid)}`;

const sameEvents = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((event) => b.includes(event));

/**
 * Whether the subscription this node remembers is there and hears what it should; one that was put aside or hears
 * something else is put right. Anything but "not found" is thrown: who cannot look must not subscribe once more.
 */
export async function isSubscribed(caller: IHookFunctions): Promise<boolean> {
  const memory = memoryOf(caller);
  if (memory.webhookId === undefined || memory.secret === undefined) return false;
  const found = await askIfThere<Subscription>(caller, { method: 'GET', path: path(memory.webhookId) });
  if (found?.url !== urlOf(caller)) {
    forget(memory);
    return false;
  }
  await putRight(caller, found);
  return true;
}

/** Subscribes the node's address. One that is there already is taken over, so that no event comes twice. */
export async function subscribe(caller: IHookFunctions): Promise<boolean> {
  const events = eventsOf(caller);
  if (events.length === 0) {
    throw new NodeOperationError(caller.getNode(), '"Events" is empty', {
      description: 'Choose at least one event in "Events".',
    });
  }
  await tryFilters(caller);
  const subscribed = await adopt(caller, events);
  const memory = memoryOf(caller);
  memory.webhookId = subscribed.uuid;
  memory.secret = subscribed.secret;
  return true;
}

/** Ends the subscription. When that fails n8n goes on, and the platform lets go of an address that answers no more. */
export async function unsubscribe(caller: IHookFunctions): Promise<boolean> {
  const memory = memoryOf(caller);
  if (memory.webhookId === undefined) return true;
  await askIfThere(caller, { method: 'DELETE', path: path(memory.webhookId) });
  forget(memory);
  return true;
}

/** Who filters by tags asks for contacts at each event: a token that may not is refused here, where a person reads it. */
async function tryFilters(caller: IHookFunctions): Promise<void> {
  const { tags } = caller.getNodeParameter('filters', {}) as Filters;
  if (listOf(tags).length > 0) await ask(caller, { method: 'GET', path: '/contacts', query: { page_size: 1 } });
}

async function putRight(caller: IHookFunctions, found: Subscription): Promise<void> {
  const events = eventsOf(caller);
  if (sameEvents(found.events, events) && found.state === 'active') return;
  await ask(caller, { method: 'PATCH', path: path(found.uuid), body: { events, state: 'active' } });
}

async function adopt(caller: IHookFunctions, events: string[]): Promise<SubscriptionWithSecret> {
  const url = urlOf(caller);
  const all = await ask<Subscription[]>(caller, { method: 'GET', path: '/webhooks' });
  const [present, ...doubled] = all.filter((one) => one.url === url);
  // An answer that was lost may have left some behind.
  for (const { uuid } of doubled) await ask(caller, { method: 'DELETE', path: path(uuid) });
  if (present) {
    await putRight(caller, present);
    // The secret is shown once, and whoever was shown it has forgotten it.
    return ask<SubscriptionWithSecret>(caller, { method: 'POST', path: `${path(present.uuid)}/rotate-secret` });
  }
  const { id, name } = caller.getWorkflow();
  const description = `n8n: ${name ?? 'workflow'} (${String(id)})`.slice(0, 200);
  return ask<SubscriptionWithSecret>(caller, { method: 'POST', path: '/webhooks', body: { url, events, description } });
}

function forget(memory: Memory): void {
  delete memory.webhookId;
  delete memory.secret;
}
