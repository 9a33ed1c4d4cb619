import type { Endpoint } from '../../../endpoint.js';
import type { Settings } from '../settings.js';
import { credits } from './credits.js';
import { initiatePayments } from './initiate-payments.js';
import { messageEndpoints } from './messages.js';
import { calculate, packages } from './packages.js';
import { paymentEndpoints } from './payments.js';
import { senderIdEndpoints } from './sender-ids.js';
import { tenantEndpoints } from './tenants.js';

/** What a partner does for the customers it brings, its tenants. Source: contracts/mifumo.md §6 and §7. */
export const partnerEndpoints = (settings: Settings): Endpoint[] => [
  ...tenantEndpoints(settings),
  credits(settings),
  ...senderIdEndpoints(settings),
  ...messageEndpoints(settings),
  packages(settings),
  calculate(settings),
  ...initiatePayments(settings),
  ...paymentEndpoints(settings),
];
