import { join } from 'node:path';
import {
  NodeHelpers,
  NodeOperationError,
  type IBinaryData,
  type IDataObject,
  type IExecuteData,
  type IExecuteFunctions,
  type INode,
  type INodeExecutionData,
  type INodeParameters,
  type INodeType,
} from 'n8n-workflow';
import { exchangeFor, type CredentialData, type Requested } from './node-requests.js';
import { packedNodes } from './packed-nodes.js';

/** How a node is called: its fields (a function gives each item its own), its items, and how it goes on. */
export interface Call {
  credential: CredentialData;
  parameters: Record<string, unknown>;
  items?: IDataObject[];
  /** The file of each item, in its binary field `data`. */
  files?: { fileName?: string; content: Buffer | string }[];
  onError?: 'continueRegularOutput' | 'continueErrorOutput';
  executionId?: string;
  runIndex?: number;
  timezone?: string;
  /** What an execution remembers, handed on to the one that retries it. */
  customData?: Map<string, string>;
  /** Where the execution is resumed when it waits. */
  resumeUrl?: string;
}

/** What came of a call, and what was asked of the server. */
export interface Called {
  outputs: INodeExecutionData[][];
  requests: Requested[];
  /** The node as it was put to sleep; undefined when the execution did not wait. */
  asleep: INode | undefined;
}

/** A node of the packed package. */
export async function loadNode(path: string): Promise<INodeType> {
  const file = join(await packedNodes(), `dist/nodes/${path}.node.js`);
  const module = (await import(file)) as Record<string, new () => INodeType>;
  const name = path.split('/').at(-1) ?? '';
  const Node = module[name] ?? (module.default as unknown as typeof module)[name];
  return new Node!();
}

/** A node as it stands in a workflow. */
export const nodeOf = (type: INodeType, parameters: INodeParameters = {}): INode => ({
  id: 'node-1',
  name: type.description.displayName,
  type: `n8n-nodes-ujumbe.${type.description.name}`,
  typeVersion: 1,
  position: [0, 0],
  parameters,
});

/** Gives a node's fields as n8n does: what is not given has the default of the form. */
export function parametersOf(type: INodeType, node: INode, given: IDataObject): IDataObject {
  const { properties } = type.description;
  return {
    ...NodeHelpers.getNodeParameters(properties, given as never, true, false, node, type.description),
    ...given,
  };
}

/**
 * Calls a node as n8n does, with the defaults of its form. Only what n8n itself would do is stood in for; the requests go
 * over a socket to whatever the credential names.
 */
export async function callNode(type: INodeType, call: Call): Promise<Called> {
  const requests: Requested[] = [];
  const sleep: { node?: INode } = {};
  const outputs = await type.execute!.call(executeFunctions(type, call, requests, sleep));
  return { outputs: outputs as INodeExecutionData[][], requests, asleep: sleep.node };
}

function executeFunctions(
  type: INodeType,
  call: Call,
  requests: Requested[],
  sleep: { node?: INode },
): IExecuteFunctions {
  const { onError, executionId = '1', runIndex = 0, customData = new Map<string, string>(), files = [] } = call;
  const items = call.items ?? (files.length > 0 ? files.map(() => ({})) : [{}]);
  const node = nodeOf(type);
  const executed = { node } as IExecuteData;
  const valuesOf = (itemIndex: number): IDataObject => {
    const given = Object.entries(call.parameters).map(([name, value]) => [
      name,
      typeof value === 'function' ? (value as (index: number) => unknown)(itemIndex) : value,
    ]);
    return parametersOf(type, node, Object.fromEntries(given) as IDataObject);
  };
  const fileOf = (itemIndex: number, field: string): { fileName?: string; content: Buffer | string } => {
    const file = field === 'data' ? files[itemIndex] : undefined;
    if (file) return file;
    // In the words of n8n.
    throw new NodeOperationError(
      node,
      `This operation expects the node's input data to contain a binary file '${field}'`,
      {
        itemIndex,
      },
    );
  };
  const context = {
    getInputData: () => items.map((json) => ({ json })),
    getNode: () => node,
    getExecuteData: () => executed,
    getTimezone: () => call.timezone ?? 'UTC',
    getExecutionId: () => executionId,
    continueOnFail: () => onError !== undefined,
    getCredentials: () => Promise.resolve(call.credential),
    putExecutionToWait: () => {
      sleep.node = executed.node;
      return Promise.resolve();
    },
    getWorkflowDataProxy: () => ({
      $runIndex: runIndex,
      $execution: {
        id: executionId,
        resumeUrl: call.resumeUrl,
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
      httpRequestWithAuthentication: exchangeFor(call.credential, requests),
      assertBinaryData: (itemIndex: number, field: string): Partial<IBinaryData> => {
        const { fileName } = fileOf(itemIndex, field);
        return fileName === undefined ? {} : { fileName };
      },
      getBinaryDataBuffer: (itemIndex: number, field: string): Promise<Buffer> =>
        Promise.resolve(Buffer.from(fileOf(itemIndex, field).content)),
    },
  };
  return context as unknown as IExecuteFunctions;
}

/** A value of a resource locator. */
export const byId = (value: string): object => ({ __rl: true, mode: 'id', value });
