import { simplifier } from '../../simplified.js';

export const shownTenant = simplifier([
  'uuid',
  'name',
  'team_code',
  'state',
  'country',
  'currency',
  'balance',
  'contact',
  'created_at',
]);
