import type { IDataObject, INodeProperties } from 'n8n-workflow';

export const simplifyField: INodeProperties = {
  displayName: 'Simplify',
  name: 'simplify',
  type: 'boolean',
  default: true,
  description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** The fields that matter to most, of what the API shows. */
export function simplified(shown: IDataObject, fields: readonly string[]): IDataObject {
  return Object.fromEntries(fields.map((name) => [name, shown[name] ?? null]));
}
