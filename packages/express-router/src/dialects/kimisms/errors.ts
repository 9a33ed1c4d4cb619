import type { SmsErrorCode } from '@ujumbe/core';
import type { Fault } from '../../dialect.js';
import type { ApiResponse } from '../../endpoint.js';
import {
  about,
  answerFault,
  badToken,
  bodyOf,
  detail,
  frameworkRefusals,
  type FrameworkError,
} from '../rest-framework-errors.js';

const contact = about('contact', 'Enter a valid phone number (9-13 digits).');
const sender = about('sender_name', 'Sender ID not found');
const balance = detail(400, 'Insufficient SMS balance');
const broken = detail(500, 'Internal server error.');
const busy = detail(429);

/** Source: contracts/kimisms.md §3, errors of send-sms. */
export const errors: Readonly<Record<SmsErrorCode, FrameworkError>> = {
  number_invalid: contact,
  number_unassigned: contact,
  not_mobile: contact,
  absent_subscriber: contact,
  memory_full: contact,
  operator_dnd: about('contact', 'This contact does not receive messages.'),
  opted_out: about('contact', 'This contact has opted out of messages.'),
  sender_unknown: sender,
  sender_not_approved: sender,
  sender_suspended: sender,
  message_empty: about('message', 'This field may not be blank.'),
  message_too_long: about('message', 'Ensure this field has no more than 960 characters.'),
  template_variable_missing: detail(400),
  file_invalid: detail(400),
  quiet_hours: detail(400),
  country_not_allowed: about('contact', 'Messages to this country are not allowed.'),
  velocity: busy,
  spend_cap_reached: balance,
  insufficient_balance: balance,
  price_missing: about('contact', 'Messages to this number have no price.'),
  no_route: about('contact', 'Messages to this number cannot be sent.'),
  throttled: busy,
  transport_down: broken,
  upstream_rejected: detail(400),
  upstream_unavailable: broken,
  upstream_unknown: broken,
  expired: detail(400),
  cancelled: detail(400),
  not_failed: detail(400),
  not_found: detail(404, 'Not found.'),
  conflict: detail(400),
  unauthenticated: badToken,
  token_expired: badToken,
  token_revoked: badToken,
  scope_missing: detail(403, 'You do not have permission to perform this action.'),
  account_suspended: { status: 401, message: 'User is inactive', extra: { code: 'user_inactive' } },
  invalid_request: detail(400),
  idempotency_mismatch: about('idempotency_key', 'Key already used with a different request'),
  idempotency_in_progress: busy,
  rate_limited: busy,
  too_many_recipients: contact,
  internal: broken,
};

export const refusals = frameworkRefusals;

export const renderError = (fault: Fault<FrameworkError>): ApiResponse => answerFault(fault, bodyOf(fault));
