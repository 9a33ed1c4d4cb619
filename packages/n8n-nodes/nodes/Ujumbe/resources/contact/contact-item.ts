import { simplifier } from '../../simplified.js';

export const shownContact = simplifier([
  'uuid',
  'phone',
  'first_name',
  'last_name',
  'email',
  'tags',
  'attributes',
  'active',
  'opted_out_at',
]);
