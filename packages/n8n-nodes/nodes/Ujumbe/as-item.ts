import type { IDataObject } from 'n8n-workflow';

/**
 * What the API shows, as an item. It calls the reason of a failure `error`; in an item n8n takes a field of that name,
 * even an empty one, for a failure of the node, and would run it again.
 */
export function asItem({ error, ...shown }: IDataObject): IDataObject {
  return error === undefined ? shown : { ...shown, error_reason: error };
}
