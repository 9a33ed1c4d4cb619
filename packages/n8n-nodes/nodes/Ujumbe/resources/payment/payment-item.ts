import { simplifier } from '../../simplified.js';

export const shownPayment = simplifier([
  'uuid',
  'order_number',
  'state',
  'amount',
  'currency',
  'credits',
  'phone',
  'reference',
  'error_reason',
  'error_code',
  'created_at',
  'ended_at',
]);
