import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { simplified } from '../../simplified.js';

/** What of a tenant matters to most. */
const mattering: readonly string[] = [
  'uuid',
  'name',
  'team_code',
  'state',
  'country',
  'currency',
  'balance',
  'contact',
  'created_at',
];

/** A tenant with the fields that matter to most, unless all are asked for. */
export const shownTenant = (caller: IExecuteFunctions, tenant: IDataObject, itemIndex: number): IDataObject =>
  caller.getNodeParameter('simplify', itemIndex, true) === true ? simplified(tenant, mattering) : tenant;
