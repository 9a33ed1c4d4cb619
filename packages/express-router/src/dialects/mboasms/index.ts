import { say } from '../../api/words.js';
import { dialect, type Dialect } from '../../dialect.js';
import { apiKeyEndpoints } from './api-keys.js';
import { authEndpoints } from './auth.js';
import { readCredential } from './credentials.js';
import { errors, refusals, renderError } from './errors.js';
import { limitHeaders, requestLimits, type MboasmsPlans } from './limits.js';
import { jobEndpoints } from './jobs.js';
import { sendBulk } from './send-bulk.js';
import { sendEndpoints } from './send.js';

export interface MboasmsOptions {
  /**
   * Requests in a minute by an account's plan, null for as many as they like: a host's own plans, or its own figures
   * for `standard`, `premium` and `enterprise`. Accounts of another plan are counted as `standard`.
   */
  plans?: MboasmsPlans;
}

/** MboaSMS Developer API; source: contracts/mboasms.md. */
export const mboasms = ({ plans = {} }: MboasmsOptions = {}): Dialect =>
  dialect({
    name: 'mboasms',
    prefix: '/api/v1',
    owns: ['/api/v1/developer/sms', '/api/v1/auth'],
    endpoints: [...sendEndpoints, sendBulk, ...jobEndpoints, ...apiKeyEndpoints, ...authEndpoints],
    credential: readCredential,
    errors,
    refusals,
    renderError,
    say,
    limits: requestLimits(plans),
    limitHeaders,
  });
