import type { Fault, VendorError } from '../dialect.js';
import type { ApiResponse } from '../endpoint.js';
import { secondsOf } from '../fault.js';
import type { RefusalCode } from '../request-refused.js';
import { fieldMap, refusalDetail, throttledIn } from './rest-framework.js';

/*
 * How Django REST Framework tells errors, as data for the tables of the vendors that answer in it. Source:
 * contracts/kimisms.md §3, contracts/mifumo.md §2, and the framework's own messages.
 */

/** An error about a field, or about the whole request. */
export interface FrameworkError extends VendorError {
  field?: string;
  /** What the framework's JSON web tokens add. */
  extra?: Readonly<Record<string, unknown>>;
}

export const about = (field: string, message?: string): FrameworkError =>
  message === undefined ? { status: 400, field } : { status: 400, field, message };

export const detail = (status: number, message?: string): FrameworkError =>
  message === undefined ? { status } : { status, message };

/** A JSON web token that is none, or is over. */
export const badToken: FrameworkError = {
  status: 401,
  message: 'Given token not valid for any token type',
  extra: {
    code: 'token_not_valid',
    messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' }],
  },
};

/** Where HTTP refuses a request. */
export const frameworkRefusals: Readonly<Record<RefusalCode, FrameworkError>> = {
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

/** The answer to a fault, with the body that is made of it. */
export const answerFault = ({ vendor, headers }: Fault, body: object): ApiResponse => ({
  status: vendor.status,
  headers: vendor.status === 401 ? { ...headers, 'www-authenticate': 'Bearer realm="api"' } : headers,
  body: JSON.stringify(body),
});

export function bodyOf(fault: Fault<FrameworkError>): object {
  const { vendor, code, message, issues, details, retryAfterMs, request } = fault;
  if (issues.length > 0) return fieldMap(issues);
  // What the platform itself found wrong with a field, such as where a callback would lead.
  const field = typeof details?.field === 'string' ? details.field : vendor.field;
  if (field !== undefined) return { [field]: [message] };
  if (code === 'method_not_allowed') return { detail: refusalDetail.method_not_allowed(request.method) };
  if (code === 'unsupported_media_type') {
    return { detail: refusalDetail.unsupported_media_type(request.headers['content-type']?.toString() ?? '') };
  }
  if (vendor.status === 429) return { detail: throttledIn(secondsOf(retryAfterMs ?? 1_000)) };
  return { detail: message, ...vendor.extra };
}
