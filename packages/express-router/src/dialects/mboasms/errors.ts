import type { SmsErrorCode } from '@ujumbe/core';
import { sentenceOf } from '../../api/words.js';
import type { Fault, VendorError } from '../../dialect.js';
import type { ApiResponse } from '../../endpoint.js';
import { secondsOf } from '../../fault.js';
import type { RefusalCode } from '../../request-refused.js';
import { readBasic } from './credentials.js';

/** Source: contracts/mboasms.md §3. */
interface MboaError extends VendorError {
  code: string;
}

const error = (status: number, code: string, message?: string): MboaError =>
  message === undefined ? { status, code } : { status, code, message };

const invalid = error(400, 'INVALID_REQUEST');
const phone = error(400, 'INVALID_PHONE_NUMBER', 'One or more phone numbers are invalid');
const sender = error(
  400,
  'INVALID_SENDER_ID',
  'senderId is not an approved sender ID of your company, or was left out while your company has no default one',
);
const file = error(400, 'INVALID_FILE');
const unauthorized = error(401, 'UNAUTHORIZED', 'Invalid or missing credentials');
const credits = error(402, 'INSUFFICIENT_CREDITS');
const forbidden = error(403, 'FORBIDDEN');
const missing = error(404, 'NOT_FOUND', 'There is nothing with this id');
const conflict = error(409, 'CONFLICT');
const busy = error(429, 'RATE_LIMIT_EXCEEDED');
const broken = error(
  500,
  'INTERNAL_SERVER_ERROR',
  'Something went wrong on our side; try again, and contact support if it persists',
);

export const errors: Readonly<Record<SmsErrorCode, MboaError>> = {
  number_invalid: phone,
  number_unassigned: phone,
  not_mobile: phone,
  absent_subscriber: phone,
  memory_full: phone,
  operator_dnd: phone,
  opted_out: phone,
  sender_unknown: sender,
  sender_not_approved: sender,
  sender_suspended: sender,
  message_empty: invalid,
  message_too_long: invalid,
  template_variable_missing: invalid,
  file_invalid: file,
  quiet_hours: invalid,
  country_not_allowed: invalid,
  velocity: busy,
  spend_cap_reached: credits,
  insufficient_balance: credits,
  price_missing: invalid,
  no_route: invalid,
  throttled: busy,
  transport_down: broken,
  upstream_rejected: invalid,
  upstream_unavailable: broken,
  upstream_unknown: broken,
  expired: invalid,
  cancelled: invalid,
  not_failed: invalid,
  not_found: missing,
  conflict,
  unauthenticated: unauthorized,
  token_expired: error(401, 'UNAUTHORIZED', 'The token has expired; refresh it or log in again'),
  token_revoked: unauthorized,
  scope_missing: forbidden,
  account_suspended: forbidden,
  invalid_request: invalid,
  idempotency_mismatch: conflict,
  idempotency_in_progress: conflict,
  rate_limited: busy,
  too_many_recipients: invalid,
  internal: broken,
};

export const refusals: Readonly<Record<RefusalCode, MboaError>> = {
  not_found: error(404, 'NOT_FOUND'),
  method_not_allowed: error(405, 'METHOD_NOT_ALLOWED'),
  payload_too_large: error(413, 'INVALID_REQUEST'),
  unsupported_media_type: error(415, 'INVALID_REQUEST'),
  malformed_body: invalid,
  empty_body: invalid,
  invalid_request: error(400, 'INVALID_REQUEST'),
  credential_missing: unauthorized,
  credential_malformed: unauthorized,
  https_required: forbidden,
};

const titles: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  402: 'Insufficient credits',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  429: 'Too many requests',
  500: 'Internal server error',
};

/** Some clients read `message` and `error.details`, others `errorMessage`: all say it. Source: contracts/mboasms.md §3. */
export function renderError(fault: Fault<MboaError>): ApiResponse {
  const { status, code } = isBadForm(fault) ? file : fault.vendor;
  const details = detailsOf(fault);
  const { endpoint } = fault.request;
  // The log-in page shows `message` and nothing else.
  const title = endpoint?.path.startsWith('/auth/') === true ? details : (titles[status] ?? 'Invalid request');
  return {
    status,
    headers: status === 401 ? { ...fault.headers, 'www-authenticate': challengeOf(fault) } : fault.headers,
    body: JSON.stringify(failure(title, code, details)),
  };
}

/** What is wrong with a form is wrong with its file: the vendor knows one refusal for both. */
const isBadForm = ({ vendor, request: { endpoint } }: Fault<MboaError>): boolean =>
  endpoint?.upload !== undefined && formRefusals.includes(vendor);
const formRefusals = [refusals.invalid_request, refusals.unsupported_media_type, refusals.payload_too_large];

export const failure = (message: string, code: string, details: string): object => ({
  success: false,
  message,
  errorMessage: details,
  error: { code, details },
});

const challengeOf = ({ request: { endpoint } }: Fault): string =>
  `${endpoint?.credential === readBasic ? 'Basic' : 'Bearer'} realm="MboaSMS"`;

function detailsOf({ vendor, message, issues, details, retryAfterMs }: Fault<MboaError>): string {
  if (issues.length > 0) return sentenceOf(issues);
  if (vendor === busy && retryAfterMs !== undefined) {
    const seconds = secondsOf(retryAfterMs);
    return `Retry after ${seconds} second${seconds === 1 ? '' : 's'}`;
  }
  const { needed, available } = details ?? {};
  if (vendor === credits && typeof needed === 'number' && typeof available === 'number') {
    return `Required ${needed / 1_000}, available ${available / 1_000}`;
  }
  return message;
}
