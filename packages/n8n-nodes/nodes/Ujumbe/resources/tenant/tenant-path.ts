import type { IExecuteFunctions } from 'n8n-workflow';
import { requiredIn } from '../../chosen.js';

/** Where the API has the tenant that an item names. @throws NodeOperationError when it names none */
export const tenantPath = (caller: IExecuteFunctions, itemIndex: number): string =>
  `/tenants/${encodeURIComponent(requiredIn(caller, 'tenantId', 'Tenant', itemIndex))}`;
