import type { IDataObject, IExecuteFunctions, INodeExecutionData, IPairedItemData } from 'n8n-workflow';

/** A node of n8n's own with one output. */
const plainType = 'n8n-nodes-base.noOp';

/**
 * Lets a resumed execution leave this node by both of its outputs. n8n passes what a resumed node is given on through its
 * first output alone, and then leads items with an error to the error output of a node that has one, which comes after the
 * outputs of its type. So the node that is put to sleep is written down as a plain one with an error output: that is where
 * our second stands. It is not run again, and the workflow itself keeps its node.
 */
export function leaveByTwoOutputs(caller: IExecuteFunctions): void {
  const asleep = caller.getExecuteData();
  asleep.node = { ...asleep.node, type: plainType, typeVersion: 1, onError: 'continueErrorOutput' };
}

/**
 * An item that leaves by the second output. n8n leads there what holds an error, a message and nothing else, and lays it
 * over the item that came in; of an item with an error beside its json it would keep the sentence alone.
 */
export const secondOutput = (why: string, message: IDataObject, pairedItem: IPairedItemData): INodeExecutionData => ({
  json: { error: why, message },
  pairedItem,
});
