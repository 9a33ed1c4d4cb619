import { dialect, type Dialect } from '../../../dialect.js';
import { say } from '../../rest-framework.js';
import { anonymous, limitHeaders, requests } from '../limits.js';
import { activationEndpoints } from './activation.js';
import { billingEndpoints } from './billing.js';
import { bulkImport } from './bulk-import.js';
import { campaignEndpoints } from './campaigns.js';
import { contactEndpoints } from './contacts.js';
import { readSession } from './credentials.js';
import { dashboardEndpoints } from './dashboard.js';
import { errors, refusals, renderError } from './errors.js';
import { passwordEndpoints } from './password.js';
import { profileEndpoints } from './profile.js';
import { register } from './register.js';
import { sendEndpoints } from './send.js';
import { senderIdEndpoints } from './sender-ids.js';
import { sessionEndpoints } from './session.js';
import type { WebSettings } from './settings.js';
import { smsCodeEndpoints } from './sms-codes.js';
import { smsEndpoints } from './sms.js';
import { templateEndpoints } from './templates.js';
import { tenantEndpoints } from './tenants.js';

/** What the vendor's own web site is made of: users, sessions, and all that is done by hand. */
export const web = (settings: WebSettings): Dialect =>
  dialect({
    name: 'mifumo-web',
    prefix: '/api',
    owns: ['/api/auth', '/api/messaging', '/api/billing', '/api/tenants', '/api/notifications'],
    endpoints: [
      register(settings),
      ...sessionEndpoints,
      ...activationEndpoints(settings),
      ...profileEndpoints,
      ...passwordEndpoints(settings),
      ...smsCodeEndpoints(settings),
      ...sendEndpoints(settings),
      ...smsEndpoints(settings),
      bulkImport,
      ...contactEndpoints,
      ...campaignEndpoints(settings),
      ...templateEndpoints,
      ...senderIdEndpoints,
      ...dashboardEndpoints(settings),
      ...billingEndpoints(settings),
      ...tenantEndpoints,
    ],
    credential: readSession,
    emptyBody: {},
    errors,
    refusals,
    renderError,
    say,
    limits: [requests, anonymous],
    limitHeaders,
  });
