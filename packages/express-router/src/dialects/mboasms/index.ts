import { say } from '../../api/words.js';
import { dialect, type Dialect } from '../../dialect.js';
import { apiKeyEndpoints } from './api-keys.js';
import { authEndpoints } from './auth.js';
import { readCredential } from './credentials.js';
import { errors, refusals, renderError } from './errors.js';
import { limitHeaders, requestLimits, type MboasmsPlans } from './limits.js';
import { jobEndpoints } from './jobs.js';
import { register } from './register.js';
import { sendBulk } from './send-bulk.js';
import { sendEndpoints } from './send.js';

export interface MboasmsOptions {
  /**
   * Requests in a minute by an account's plan, null for as many as they like: a host's own plans, or its own figures
   * for `standard`, `premium` and `enterprise`. Accounts of another plan are counted as `standard`.
   */
  plans?: MboasmsPlans;
  /** Whether anybody may open an account, without credits and sender IDs; true unless given. */
  registration?: boolean;
  /** What accounts opened by their owners pay in, ISO 4217; XAF unless given. */
  currency?: string;
}

/** MboaSMS Developer API; source: contracts/mboasms.md. */
export function mboasms({ plans = {}, registration = true, currency = 'XAF' }: MboasmsOptions = {}): Dialect {
  const registering = register({ isOpen: registration, currency });
  return dialect({
    name: 'mboasms',
    prefix: '/api/v1',
    owns: ['/api/v1/developer/sms', '/api/v1/auth'],
    endpoints: [...sendEndpoints, sendBulk, ...jobEndpoints, ...apiKeyEndpoints, ...authEndpoints, registering],
    credential: readCredential,
    errors,
    refusals,
    renderError,
    say,
    limits: requestLimits(plans),
    limitHeaders,
  });
}
