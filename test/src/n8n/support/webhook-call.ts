import type {
  IDataObject,
  IHookFunctions,
  INodeExecutionData,
  INodeType,
  IWebhookFunctions,
  WorkflowExecuteMode,
} from 'n8n-workflow';
import type { Answer, Post } from '../../contracts/receiver.js';
import { nodeOf, parametersOf } from './node-call.js';
import { exchangeFor, type CredentialData, type Requested } from './node-requests.js';

/** A node that listens in a workflow, as n8n keeps it. */
export interface Listening {
  type: INodeType;
  credential: CredentialData;
  parameters: IDataObject;
  /** What n8n stores of the node with its workflow. */
  memory: IDataObject;
  workflowId: string;
  url: string;
  mode: WorkflowExecuteMode;
}

/** What a node that listens makes of a POST: the answer, and what an execution starts with when one does. */
export interface Heard {
  answer: Answer;
  data: INodeExecutionData[][] | undefined;
}

function shared({ type, credential, parameters, memory, workflowId }: Listening, requests: Requested[]) {
  const node = nodeOf(type);
  const values = parametersOf(type, node, parameters);
  return {
    getNode: () => node,
    getNodeParameter: (name: string, fallback?: unknown) => values[name] ?? fallback,
    getWorkflow: () => ({ id: workflowId, name: 'Told', active: true }),
    getWorkflowStaticData: () => memory,
    getCredentials: () => Promise.resolve(credential),
    helpers: { httpRequestWithAuthentication: exchangeFor(credential, requests) },
  };
}

/** Calls what n8n calls when it takes a workflow into service, or out of it. */
export async function callHook(
  listening: Listening,
  hook: 'checkExists' | 'create' | 'delete',
  requests: Requested[] = [],
): Promise<boolean> {
  const context = { ...shared(listening, requests), getNodeWebhookUrl: () => listening.url };
  return listening.type.webhookMethods!.default![hook].call(context as unknown as IHookFunctions);
}

/** Hands a POST to a node as n8n does, which answers by itself unless the node has. */
export async function hear(listening: Listening, post: Post): Promise<Heard> {
  const written: Answer = { status: 200 };
  const response = {
    status: (status: number) => {
      written.status = status;
      return response;
    },
    json: (body: unknown) => {
      written.body = JSON.stringify(body);
      return response;
    },
  };
  const context = {
    ...shared(listening, []),
    getMode: () => listening.mode,
    getBodyData: () => JSON.parse(post.body || '{}') as IDataObject,
    getQueryData: () => Object.fromEntries(new URL(post.path, listening.url).searchParams),
    getRequestObject: () => ({ headers: post.headers, rawBody: Buffer.from(post.body), originalUrl: post.path }),
    getResponseObject: () => response,
  };
  const { noWebhookResponse, webhookResponse, workflowData } = await listening.type.webhook!.call(
    context as unknown as IWebhookFunctions,
  );
  const answer = noWebhookResponse ? written : { status: 200, body: JSON.stringify(webhookResponse ?? {}) };
  return { answer, data: workflowData };
}
