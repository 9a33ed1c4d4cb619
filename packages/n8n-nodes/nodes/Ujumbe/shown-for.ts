import type { INodeProperties } from 'n8n-workflow';

/** The fields of an operation, shown when it is chosen and hidden otherwise. */
export function shownFor(resource: string, operation: string | string[], fields: INodeProperties[]): INodeProperties[] {
  const operations = Array.isArray(operation) ? operation : [operation];
  return fields.map((field) => ({
    ...field,
    displayOptions: {
      ...field.displayOptions,
      show: { resource: [resource], operation: operations, ...field.displayOptions?.show },
    },
  }));
}
