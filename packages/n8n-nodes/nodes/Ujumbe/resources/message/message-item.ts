import { simplifier } from '../../simplified.js';

export const shownMessage = simplifier([
  'uuid',
  'to',
  'sender_id',
  'message',
  'status',
  'state',
  'parts',
  'cost',
  'client_ref',
  'created_at',
  'delivered_at',
  'error_reason',
  'error_code',
]);
