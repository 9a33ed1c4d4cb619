import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { ask } from '../../../api/ask.js';
import { requiredIn } from '../../chosen.js';
import { shownCampaign } from './campaign-item.js';

export async function get(caller: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const id = requiredIn(caller, 'campaignId', 'Campaign', itemIndex);
  const path = `/campaigns/${encodeURIComponent(id)}`;
  return shownCampaign(caller, await ask(caller, { method: 'GET', path, itemIndex, patient: true }), itemIndex);
}
