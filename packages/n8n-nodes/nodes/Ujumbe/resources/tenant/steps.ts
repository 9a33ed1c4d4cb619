import { ask } from '../../../api/ask.js';
import type { ForItem } from '../../operation.js';
import { tenantPath } from './tenant-path.js';

/** Has the API let a tenant go on, or stop it. */
const stepper =
  (step: string): ForItem =>
  (caller, itemIndex) =>
    ask(caller, { method: 'POST', path: `${tenantPath(caller, itemIndex)}/${step}`, itemIndex, patient: true });

export const resume = stepper('resume');
export const suspend = stepper('suspend');
