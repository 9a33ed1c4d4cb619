import { dialect, type Dialect } from '../../dialect.js';
import { say } from '../rest-framework.js';
import { balance } from './balance.js';
import { campaignEndpoints } from './campaigns.js';
import { contactEndpoints } from './contacts.js';
import { readKey } from './credentials.js';
import { deliveryReports } from './delivery-reports.js';
import { errors, refusals, renderError } from './errors.js';
import { infoEndpoints } from './info.js';
import { keyEndpoints } from './keys.js';
import { anonymous, limitHeaders, requests } from './limits.js';
import { messageStatus } from './message-status.js';
import { partnerEndpoints } from './partner/index.js';
import { segmentEndpoints } from './segments.js';
import { sendSms } from './send-sms.js';
import { senderIdEndpoints } from './sender-ids.js';
import type { Settings } from './settings.js';
import { templateEndpoints } from './templates.js';
import { webhookEndpoints } from './webhooks.js';

/** The API for customers' programs; source: contracts/mifumo.md §1 to §7. */
export const integration = (settings: Settings): Dialect =>
  dialect({
    name: 'mifumo',
    prefix: '/api/integration',
    owns: ['/api/integration/v1', '/api/integration/keys', '/api/integration/webhooks'],
    endpoints: [
      sendSms(settings),
      ...messageStatus(settings),
      ...deliveryReports(settings),
      balance(settings),
      ...senderIdEndpoints(settings),
      ...infoEndpoints(settings),
      ...segmentEndpoints(settings),
      ...contactEndpoints(settings),
      ...campaignEndpoints(settings),
      ...templateEndpoints(settings),
      ...keyEndpoints,
      ...webhookEndpoints(settings),
      ...partnerEndpoints(settings),
    ],
    credential: readKey,
    emptyBody: {},
    errors,
    refusals,
    renderError: renderError(settings.mode),
    say,
    limits: [requests, anonymous],
    limitHeaders,
  });
