import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { asItem } from './as-item.js';

export const simplifyField: INodeProperties = {
  displayName: 'Simplify',
  name: 'simplify',
  type: 'boolean',
  default: true,
  description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** Makes an item of what the API shows. */
export type Simplify = (caller: IExecuteFunctions, shown: IDataObject, itemIndex: number) => IDataObject;

/** Makes items of the fields that matter to most, or of all where the form asks for them. */
export const simplifier =
  (fields: readonly string[]): Simplify =>
  (caller, shown, itemIndex) => {
    const item = asItem(shown);
    if (caller.getNodeParameter('simplify', itemIndex, true) !== true) return item;
    return Object.fromEntries(fields.map((name) => [name, item[name] ?? null]));
  };
