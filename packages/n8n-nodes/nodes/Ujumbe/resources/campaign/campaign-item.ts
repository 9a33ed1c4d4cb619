import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { simplified } from '../../simplified.js';

/** What of a campaign matters to most. */
const mattering: readonly string[] = [
  'uuid',
  'name',
  'status',
  'state',
  'reason',
  'recipient_count',
  'cost_units',
  'progress',
  'scheduled_at',
  'created_at',
];

/** A campaign with the fields that matter to most, unless all are asked for. */
export const shownCampaign = (caller: IExecuteFunctions, campaign: IDataObject, itemIndex: number): IDataObject =>
  caller.getNodeParameter('simplify', itemIndex, true) === true ? simplified(campaign, mattering) : campaign;
