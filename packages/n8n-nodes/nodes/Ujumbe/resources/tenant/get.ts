import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { tenantPath } from './tenant-path.js';
import { shownTenant } from './tenant-item.js';

export async function get(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const path = tenantPath(caller, itemIndex);
  return shownTenant(caller, await ask(caller, { method: 'GET', path, itemIndex, patient: true }), itemIndex);
}
