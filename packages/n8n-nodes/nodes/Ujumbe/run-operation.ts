import {
  NodeApiError,
  NodeOperationError,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
} from 'n8n-workflow';
import { rememberExecution } from '../api/idempotency-key.js';
import { codeOf } from '../api/refusal.js';
import type { ForItem, Operations } from './operation.js';

/** Runs an operation over the input items. */
export async function runOperation(
  caller: IExecuteFunctions,
  operation: Operations[string],
): Promise<INodeExecutionData[][]> {
  try {
    return 'forAll' in operation ? await operation.forAll(caller) : [await eachItem(caller, operation.forItem)];
  } catch (error) {
    rememberExecution(caller);
    throw asNodeError(caller, error, 0);
  }
}

async function eachItem(caller: IExecuteFunctions, forItem: ForItem): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < caller.getInputData().length; itemIndex++) {
    try {
      const found = await forItem(caller, itemIndex);
      for (const json of Array.isArray(found) ? found : [found]) output.push({ json, pairedItem: { item: itemIndex } });
    } catch (error) {
      const known = asNodeError(caller, error, itemIndex);
      if (!caller.continueOnFail()) throw known;
      output.push(failedItem(known, itemIndex));
    }
  }
  return output;
}

/** What was thrown, as an error of n8n's that names the item. */
export function asNodeError(
  caller: IExecuteFunctions,
  error: unknown,
  itemIndex: number,
): NodeApiError | NodeOperationError {
  if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
  return new NodeOperationError(caller.getNode(), error instanceof Error ? error : String(error), { itemIndex });
}

/** An item that failed, for workflows that go on: what happened, in the words of the API, and its code. */
export function failedItem(
  error: NodeApiError | NodeOperationError,
  itemIndex: number,
  facts: IDataObject = {},
): INodeExecutionData {
  const code = codeOf(error);
  return {
    json: { ...facts, error: error.message, ...(code !== undefined && { code }) },
    error,
    pairedItem: { item: itemIndex },
  };
}
