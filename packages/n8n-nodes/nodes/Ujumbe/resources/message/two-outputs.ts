import { NodeOperationError, type IExecuteFunctions, type INode, type INodeExecutionData } from 'n8n-workflow';

/** A parameter no form has: it tells the node's list of outputs that the execution has been resumed. */
export const resumedName = 'resumed';

/**
 * Lets a resumed execution leave this node by both of its outputs. n8n passes what a resumed node is given on through its
 * first output alone, and afterwards leads items with an error to the error output where a node has one. So the node that
 * is put to sleep, and only it, has an error output, which stands in the place of its second.
 */
export function leaveByTwoOutputs(caller: IExecuteFunctions): void {
  const asleep = caller.getExecuteData();
  asleep.node = {
    ...asleep.node,
    onError: 'continueErrorOutput',
    parameters: { ...asleep.node.parameters, [resumedName]: true },
  };
}

/** An item that leaves by the second output. Its error is what leads it there, and not what a workflow should see. */
export function secondOutput(node: INode, item: INodeExecutionData): INodeExecutionData {
  return { ...item, error: new NodeOperationError(node, 'Not delivered') };
}
