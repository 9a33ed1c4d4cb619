import { join } from 'node:path';
import {
  NodeHelpers,
  type IDataObject,
  type IExecuteFunctions,
  type IHttpRequestOptions,
  type INode,
  type INodeExecutionData,
  type INodeType,
} from 'n8n-workflow';
import { packedNodes } from './packed-nodes.js';

/** A token and where it is good, as the credential holds them. */
export interface CredentialData {
  baseUrl: string;
  apiToken: string;
}

/** How a node is called: its fields (a function gives each item its own), its items, and how it goes on. */
export interface Call {
  credential: CredentialData;
  parameters: Record<string, unknown>;
  items?: IDataObject[];
  onError?: 'continueRegularOutput' | 'continueErrorOutput';
  executionId?: string;
  runIndex?: number;
  timezone?: string;
  /** What an execution remembers, handed on to the one that retries it. */
  customData?: Map<string, string>;
}

export interface Requested {
  method: string;
  path: string;
  key: string | undefined;
}

/** What came of a call, and what was asked of the server. */
export interface Called {
  outputs: INodeExecutionData[][];
  requests: Requested[];
}

/** A node of the packed package. */
export async function loadNode(path: string): Promise<INodeType> {
  const file = join(await packedNodes(), `dist/nodes/${path}.node.js`);
  const module = (await import(file)) as Record<string, new () => INodeType>;
  const name = path.split('/').at(-1) ?? '';
  const Node = module[name] ?? (module.default as unknown as typeof module)[name];
  return new Node!();
}

/**
 * Calls a node as n8n does, with the defaults of its form. Only what n8n itself would do is stood in for; the requests go
 * over a socket to whatever the credential names.
 */
export async function callNode(type: INodeType, call: Call): Promise<Called> {
  const requests: Requested[] = [];
  const outputs = await type.execute!.call(executeFunctions(type, call, requests));
  return { outputs: outputs as INodeExecutionData[][], requests };
}

function executeFunctions(type: INodeType, call: Call, requests: Requested[]): IExecuteFunctions {
  const { items = [{}], onError, executionId = '1', runIndex = 0, customData = new Map<string, string>() } = call;
  const node: INode = {
    id: 'node-1',
    name: 'Ujumbe',
    type: 'n8n-nodes-ujumbe.ujumbe',
    typeVersion: 1,
    position: [0, 0],
    parameters: {},
  };
  const valuesOf = (itemIndex: number): IDataObject => {
    const given = Object.entries(call.parameters).map(([name, value]) => [
      name,
      typeof value === 'function' ? (value as (index: number) => unknown)(itemIndex) : value,
    ]);
    const parameters = Object.fromEntries(given) as IDataObject;
    const { properties } = type.description;
    return {
      ...NodeHelpers.getNodeParameters(properties, parameters as never, true, false, node, type.description),
      ...parameters,
    };
  };
  const context = {
    getInputData: () => items.map((json) => ({ json })),
    getNode: () => node,
    getTimezone: () => call.timezone ?? 'UTC',
    getExecutionId: () => executionId,
    continueOnFail: () => onError !== undefined,
    getCredentials: () => Promise.resolve(call.credential),
    getWorkflowDataProxy: () => ({
      $runIndex: runIndex,
      $execution: {
        id: executionId,
        customData: {
          get: (name: string) => customData.get(name),
          set: (name: string, value: string) => customData.set(name, value),
        },
      },
    }),
    getNodeParameter: (name: string, itemIndex: number, fallback?: unknown, options?: { extractValue?: boolean }) => {
      const value = valuesOf(itemIndex)[name] ?? fallback;
      const isLocator = typeof value === 'object' && value !== null && '__rl' in value;
      return isLocator && options?.extractValue ? (value as unknown as { value: unknown }).value : value;
    },
    helpers: {
      httpRequestWithAuthentication: (_: string, options: IHttpRequestOptions) => exchange(call, options, requests),
    },
  };
  return context as unknown as IExecuteFunctions;
}

/** A request as n8n's helper makes it, with the token of the credential. */
async function exchange({ credential }: Call, options: IHttpRequestOptions, requests: Requested[]): Promise<object> {
  const url = new URL(options.url);
  for (const [name, value] of Object.entries(options.qs ?? {}))
    url.searchParams.set(name, `${value as string | number}`);
  const headers = options.headers as Record<string, string> | undefined;
  requests.push({ method: options.method ?? 'GET', path: url.pathname, key: headers?.['Idempotency-Key'] });
  const answer = await fetch(url, {
    method: options.method ?? 'GET',
    headers: { ...headers, authorization: `Bearer ${credential.apiToken}`, 'content-type': 'application/json' },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return {
    statusCode: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: isJson ? (JSON.parse(text) as unknown) : text,
  };
}

/** A value of a resource locator. */
export const byId = (value: string): object => ({ __rl: true, mode: 'id', value });
