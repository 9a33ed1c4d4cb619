import type { Endpoint } from '../endpoint.js';
import { balanceEndpoints } from './balance.js';
import { campaignEndpoints } from './campaigns.js';
import { contactImportEndpoints } from './contact-imports.js';
import { contactEndpoints } from './contacts.js';
import { deliveryEndpoints } from './deliveries.js';
import { eventEndpoints } from './events.js';
import { groupEndpoints } from './groups.js';
import { messageBatchEndpoints } from './message-batch.js';
import { messageFileEndpoints } from './message-files.js';
import { messageEndpoints } from './messages.js';
import { packageEndpoints } from './packages.js';
import { paymentCallbackEndpoints } from './payment-callbacks.js';
import { paymentEndpoints } from './payments.js';
import { previewEndpoints } from './preview.js';
import { quoteEndpoints } from './quotes.js';
import { segmentEndpoints } from './segments.js';
import { senderIdEndpoints } from './sender-ids.js';
import { smppSessionEndpoints } from './smpp-sessions.js';
import { statementEndpoints } from './statement.js';
import { suppressionEndpoints } from './suppressions.js';
import { surveyEndpoints } from './surveys.js';
import { tenantTokenEndpoints } from './tenant-tokens.js';
import { tenantEndpoints } from './tenants.js';
import { tokenEndpoints } from './tokens.js';
import { usageEndpoints } from './usage.js';
import { watchEndpoints } from './watches.js';
import { ussdEndpoints } from './ussd.js';
import { webhookEndpoints } from './webhooks.js';

/** Everything the canonical API answers, as plain objects: their schemas are what its documents are printed from. */
export const endpoints: readonly Endpoint[] = [
  ...messageEndpoints,
  ...messageBatchEndpoints,
  ...messageFileEndpoints,
  ...balanceEndpoints,
  ...senderIdEndpoints,
  ...previewEndpoints,
  ...quoteEndpoints,
  ...eventEndpoints,
  ...webhookEndpoints,
  ...deliveryEndpoints,
  ...watchEndpoints,
  ...contactEndpoints,
  ...contactImportEndpoints,
  ...groupEndpoints,
  ...segmentEndpoints,
  ...suppressionEndpoints,
  ...campaignEndpoints,
  ...paymentEndpoints,
  ...packageEndpoints,
  ...paymentCallbackEndpoints,
  ...statementEndpoints,
  ...usageEndpoints,
  ...surveyEndpoints,
  ...ussdEndpoints,
  ...tokenEndpoints,
  ...tenantEndpoints,
  ...tenantTokenEndpoints,
  ...smppSessionEndpoints,
];
