import { NodeApiError, NodeOperationError, type IHookFunctions } from 'n8n-workflow';

/**
 * Does what n8n asks for when it takes a workflow into service or out of it. When that fails, n8n 1.x shows the
 * description of an API's error alone, and 2.x the message of any error alone: so the message says all.
 */
export async function toldWhole(
  caller: IHookFunctions,
  hook: (caller: IHookFunctions) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await hook(caller);
  } catch (error) {
    const whole = wholeOf(error);
    const told = new NodeOperationError(caller.getNode(), whole);
    // n8n puts a sentence of its own in the place of one that names ECONNREFUSED or the like.
    told.message = whole;
    throw told;
  }
}

function wholeOf(error: unknown): string {
  if (!(error instanceof NodeApiError || error instanceof NodeOperationError)) {
    return error instanceof Error ? error.message : String(error);
  }
  const { message, description } = error;
  return description ? `${message.replace(/\.$/, '')}. ${description}` : message;
}
