import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/** Does an operation for one input item; each object it answers becomes an item of the output. */
export type ForItem = (caller: IExecuteFunctions, itemIndex: number) => Promise<IDataObject | IDataObject[]>;

/** Does an operation for all input items together; answers the outputs. */
export type ForAll = (caller: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

/** What a resource can do, by the names of its operations. */
export type Operations = Readonly<Record<string, { forItem: ForItem } | { forAll: ForAll }>>;
