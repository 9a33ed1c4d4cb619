import type { IExecuteFunctions } from 'n8n-workflow';

/** Where a failed execution remembers what it was, for the execution that retries it. */
const memory = 'ujumbeExecution';

interface CustomData {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/**
 * Names what an item of a node does in an execution. n8n's own retries repeat it, also those that a person starts from
 * a failed execution, which have an id of their own: so nothing that was sent is sent twice. A new run is a new name.
 */
export function idempotencyKey(caller: IExecuteFunctions, itemIndex: number, what = 'item'): string {
  const run: unknown = caller.getWorkflowDataProxy(itemIndex).$runIndex;
  const execution = customDataOf(caller)?.get(memory) ?? caller.getExecutionId();
  return ['n8n', execution, caller.getNode().id, String(run), what, String(itemIndex)].join(':');
}

/** Lets the execution that retries this one use its names. */
export function rememberExecution(caller: IExecuteFunctions): void {
  const customData = customDataOf(caller);
  if (customData && customData.get(memory) === undefined) customData.set(memory, caller.getExecutionId());
}

function customDataOf(caller: IExecuteFunctions): CustomData | undefined {
  const { customData } = caller.getWorkflowDataProxy(0).$execution as { customData?: CustomData };
  return customData;
}
