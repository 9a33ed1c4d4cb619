import type { SmsErrorCode } from '@ujumbe/core';
import type { Fault, VendorError } from '../../dialect.js';
import type { ApiResponse } from '../../endpoint.js';
import type { RefusalCode } from '../../request-refused.js';
import type { FieldIssue, SayIssue } from '../../validate.js';

/*
 * `{"status":false,"responseCode":"0422","message":"…"}`; source: contracts/mobilesasa.md, appendix L. The response code
 * is the HTTP status with a nought before it, as the two that are known are.
 */

const refused = (status: number, message?: string): VendorError =>
  message === undefined ? { status } : { status, message };

const phone = refused(422, 'Invalid phone number');
const sender = refused(422, 'The Sender ID is Invalid!');
const poor = refused(402, 'Insufficient balance');
const token = refused(401, 'Unauthenticated.');
const broken = refused(500, 'Server Error');
const busy = refused(429, 'Too Many Attempts.');

export const errors: Readonly<Record<SmsErrorCode, VendorError>> = {
  number_invalid: phone,
  number_unassigned: phone,
  not_mobile: phone,
  absent_subscriber: phone,
  memory_full: phone,
  operator_dnd: refused(422),
  opted_out: refused(422),
  sender_unknown: sender,
  sender_not_approved: sender,
  sender_suspended: sender,
  message_empty: refused(422, 'The message field is required.'),
  message_too_long: refused(422),
  template_variable_missing: refused(422),
  file_invalid: refused(422),
  quiet_hours: refused(422),
  country_not_allowed: refused(422),
  velocity: busy,
  spend_cap_reached: poor,
  insufficient_balance: poor,
  price_missing: refused(422),
  no_route: refused(422),
  throttled: busy,
  transport_down: broken,
  upstream_rejected: refused(422),
  upstream_unavailable: broken,
  upstream_unknown: broken,
  expired: refused(422),
  cancelled: refused(422),
  not_failed: refused(422),
  not_found: refused(404),
  conflict: refused(409),
  unauthenticated: token,
  token_expired: token,
  token_revoked: token,
  scope_missing: refused(403),
  account_suspended: refused(403),
  invalid_request: refused(422),
  idempotency_mismatch: refused(422),
  idempotency_in_progress: busy,
  rate_limited: busy,
  too_many_recipients: refused(422),
  internal: broken,
};

export const refusals: Readonly<Record<RefusalCode, VendorError>> = {
  not_found: refused(404, 'Not Found'),
  method_not_allowed: refused(405),
  payload_too_large: refused(413, 'Payload Too Large'),
  unsupported_media_type: refused(415),
  malformed_body: refused(400),
  empty_body: refused(422),
  invalid_request: refused(400),
  credential_missing: token,
  credential_malformed: token,
  https_required: refused(403),
};

export const responseCodeOf = (status: number): string => String(status).padStart(4, '0');

export function renderError({ vendor, message, issues, headers }: Fault): ApiResponse {
  const said = issues.length > 0 ? sentenceOf(issues) : message;
  const body = { status: false, responseCode: responseCodeOf(vendor.status), message: said };
  return { status: vendor.status, headers, body: JSON.stringify(body) };
}

/** What is wrong with a field, to be read between `The phone field` and a full stop. */
export const say: SayIssue = ({ input }) =>
  input === undefined || input === null || input === '' ? 'is required' : 'is invalid';

const sentenceOf = ([issue]: readonly FieldIssue[]): string =>
  issue === undefined || issue.path.length === 0
    ? 'The given data was invalid.'
    : `The ${issue.path.map(String).join('.')} field ${issue.message}.`;
