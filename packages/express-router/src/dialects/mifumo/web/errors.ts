import type { SmsErrorCode } from '@ujumbe/core';
import type { Fault } from '../../../dialect.js';
import type { ApiResponse } from '../../../endpoint.js';
import type { RefusalCode } from '../../../request-refused.js';
import { wholeCredits } from '../money.js';
import {
  about,
  answerFault,
  badToken,
  bodyOf,
  detail,
  frameworkRefusals,
  type FrameworkError,
} from '../../rest-framework-errors.js';

/** How an error is told: as the framework does, or on the vendor's own page of errors. */
interface WebError extends FrameworkError {
  /** What the vendor's page calls it. */
  page?: string;
}

const number = about('recipient', 'Invalid phone number format');
const sender = about('sender_id', 'Sender ID is not approved');
const general = about('non_field_errors');
const broken = detail(500, 'Internal server error');
const busy = detail(429);
const unfunded: WebError = { status: 402, page: 'Insufficient credits' };

/** Source: contracts/mifumo.md §2, the forms of the JWT API. */
export const errors: Readonly<Record<SmsErrorCode, WebError>> = {
  number_invalid: number,
  number_unassigned: number,
  not_mobile: number,
  absent_subscriber: number,
  memory_full: number,
  operator_dnd: about('recipient', 'This number does not receive messages'),
  opted_out: about('recipient', 'This number has opted out of messages'),
  sender_unknown: about('sender_id', 'Sender ID is not registered'),
  sender_not_approved: sender,
  sender_suspended: sender,
  message_empty: about('message', 'This field may not be blank.'),
  message_too_long: about('message'),
  template_variable_missing: about('variables'),
  file_invalid: about('file'),
  quiet_hours: general,
  country_not_allowed: about('recipient'),
  velocity: busy,
  spend_cap_reached: unfunded,
  insufficient_balance: unfunded,
  price_missing: about('recipient'),
  no_route: about('recipient'),
  throttled: busy,
  transport_down: broken,
  upstream_rejected: general,
  upstream_unavailable: broken,
  upstream_unknown: broken,
  expired: general,
  cancelled: general,
  not_failed: general,
  not_found: { status: 404, page: 'Not found', message: 'The requested resource was not found.' },
  conflict: general,
  unauthenticated: badToken,
  token_expired: badToken,
  token_revoked: badToken,
  scope_missing: detail(403, 'You do not have permission to perform this action.'),
  account_suspended: { status: 401, message: 'User is inactive', extra: { code: 'user_inactive' } },
  invalid_request: general,
  idempotency_mismatch: general,
  idempotency_in_progress: busy,
  rate_limited: busy,
  too_many_recipients: about('recipients'),
  internal: broken,
};

export const refusals: Readonly<Record<RefusalCode, WebError>> = {
  ...frameworkRefusals,
  not_found: { status: 404, page: 'Not found', message: 'The requested resource was not found.' },
};

export const renderError = (fault: Fault<WebError>): ApiResponse => answerFault(fault, webBodyOf(fault));

function webBodyOf(fault: Fault<WebError>): object {
  const { vendor, message, issues, details } = fault;
  if (issues.length > 0) return bodyOf(fault);
  if (vendor.status === 402) return unfundedBody(vendor, message, details);
  return vendor.page === undefined ? bodyOf(fault) : { error: vendor.page, message };
}

function unfundedBody({ page }: WebError, message: string, details: Fault['details']): object {
  const { needed, available } = details ?? {};
  if (typeof needed !== 'number' || typeof available !== 'number') return { success: false, error: page, message };
  const required = Math.ceil(needed / 1_000);
  const balance = wholeCredits(available);
  return {
    success: false,
    error: page,
    message: `You need ${required} credit${required === 1 ? '' : 's'} to send this message. Current balance: ${balance} credits`,
    required_credits: required,
    current_balance: balance,
    shortfall: Math.ceil((needed - available) / 1_000),
  };
}
