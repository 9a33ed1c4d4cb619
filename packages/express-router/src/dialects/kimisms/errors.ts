import type { SmsErrorCode } from '@ujumbe/core';
import type { Fault, VendorError } from '../../dialect.js';
import type { ApiResponse } from '../../endpoint.js';
import { secondsOf } from '../../fault.js';
import type { RefusalCode } from '../../request-refused.js';
import { fieldMap, refusalDetail, throttledIn } from '../rest-framework.js';

/** A sentence about a field, or about the whole request. Source: contracts/kimisms.md §3, errors of send-sms. */
interface KimismsError extends VendorError {
  field?: 'contact' | 'sender_name' | 'message' | 'idempotency_key';
  /** What the framework's JSON web tokens add. */
  extra?: Readonly<Record<string, unknown>>;
}

const about = (field: NonNullable<KimismsError['field']>, message: string): KimismsError => ({
  status: 400,
  field,
  message,
});
const detail = (status: number, message?: string): KimismsError =>
  message === undefined ? { status } : { status, message };

const contact = about('contact', 'Enter a valid phone number (9-13 digits).');
const sender = about('sender_name', 'Sender ID not found');
const balance = detail(400, 'Insufficient SMS balance');
const broken = detail(500, 'Internal server error.');
const busy = detail(429);
const badToken: KimismsError = {
  status: 401,
  message: 'Given token not valid for any token type',
  extra: {
    code: 'token_not_valid',
    messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' }],
  },
};

export const errors: Readonly<Record<SmsErrorCode, KimismsError>> = {
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

export const refusals: Readonly<Record<RefusalCode, KimismsError>> = {
  not_found: detail(404, refusalDetail.not_found()),
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

export function renderError(fault: Fault<KimismsError>): ApiResponse {
  const { vendor, headers } = fault;
  return {
    status: vendor.status,
    headers: vendor.status === 401 ? { ...headers, 'www-authenticate': 'Bearer realm="api"' } : headers,
    body: JSON.stringify(bodyOf(fault)),
  };
}

function bodyOf({ vendor, code, message, issues, details, retryAfterMs, request }: Fault<KimismsError>): object {
  if (issues.length > 0) return fieldMap(issues);
  if (vendor.field !== undefined) return { [vendor.field]: [message] };
  // What the platform itself found wrong with a field, such as where a callback would lead.
  if (typeof details?.field === 'string') return { [details.field]: [message] };
  if (code === 'method_not_allowed') return { detail: refusalDetail.method_not_allowed(request.method) };
  if (code === 'unsupported_media_type') {
    return { detail: refusalDetail.unsupported_media_type(request.headers['content-type']?.toString() ?? '') };
  }
  if (vendor.status === 429) return { detail: throttledIn(secondsOf(retryAfterMs ?? 1_000)) };
  return { detail: message, ...vendor.extra };
}
