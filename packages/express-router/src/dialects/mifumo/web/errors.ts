import type { SmsErrorCode } from '@ujumbe/core';
import type { Fault, VendorError } from '../../../dialect.js';
import type { ApiResponse } from '../../../endpoint.js';
import { secondsOf } from '../../../fault.js';
import type { RefusalCode } from '../../../request-refused.js';
import { wholeCredits } from '../money.js';
import { fieldMap, refusalDetail, throttledIn } from '../../rest-framework.js';

/** How an error is told: about a field, as the framework's `detail`, or on the vendor's own page of errors. */
interface WebError extends VendorError {
  field?: string;
  /** What the vendor's page calls it. */
  page?: string;
  /** What the framework's JSON web tokens add. */
  extra?: Readonly<Record<string, unknown>>;
}

const about = (field: string, message?: string): WebError =>
  message === undefined ? { status: 400, field } : { status: 400, field, message };
const detail = (status: number, message?: string): WebError =>
  message === undefined ? { status } : { status, message };

const number = about('recipient', 'Invalid phone number format');
const sender = about('sender_id', 'Sender ID is not approved');
const general = about('non_field_errors');
const broken = detail(500, 'Internal server error');
const busy = detail(429);
const unfunded: WebError = { status: 402, page: 'Insufficient credits' };
const badToken: WebError = {
  status: 401,
  message: 'Given token not valid for any token type',
  extra: {
    code: 'token_not_valid',
    messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' }],
  },
};

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
  not_found: { status: 404, page: 'Not found', message: 'The requested resource was not found.' },
  method_not_allowed: detail(405),
  payload_too_large: detail(413, 'Request body is too large.'),
  unsupported_media_type: detail(415),
  malformed_body: detail(400, refusalDetail.malformed_body()),
  empty_body: detail(400),
  invalid_request: detail(400),
  credential_missing: detail(401, refusalDetail.credential_missing()),
  credential_malformed: {
    status: 401,
    message: 'Authorization header must contain two space-delimited values',
    extra: { code: 'bad_authorization_header' },
  },
  https_required: detail(403, 'HTTPS required.'),
};

export function renderError(fault: Fault<WebError>): ApiResponse {
  const { vendor, headers } = fault;
  return {
    status: vendor.status,
    headers: vendor.status === 401 ? { ...headers, 'www-authenticate': 'Bearer realm="api"' } : headers,
    body: JSON.stringify(bodyOf(fault)),
  };
}

function bodyOf({ vendor, code, message, issues, details, retryAfterMs, request }: Fault<WebError>): object {
  if (issues.length > 0) return fieldMap(issues);
  if (vendor.status === 402) return unfundedBody(vendor, message, details);
  if (vendor.page !== undefined) return { error: vendor.page, message };
  // What the platform itself found wrong with a field.
  if (typeof details?.field === 'string') return { [details.field]: [message] };
  if (vendor.field !== undefined) return { [vendor.field]: [message] };
  if (code === 'method_not_allowed') return { detail: refusalDetail.method_not_allowed(request.method) };
  if (code === 'unsupported_media_type') {
    return { detail: refusalDetail.unsupported_media_type(request.headers['content-type']?.toString() ?? '') };
  }
  if (vendor.status === 429) return { detail: throttledIn(secondsOf(retryAfterMs ?? 1_000)) };
  return { detail: message, ...vendor.extra };
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
  };
}
