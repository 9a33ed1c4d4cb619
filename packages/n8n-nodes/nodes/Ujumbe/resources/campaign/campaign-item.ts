import { simplifier } from '../../simplified.js';

export const shownCampaign = simplifier([
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
]);
