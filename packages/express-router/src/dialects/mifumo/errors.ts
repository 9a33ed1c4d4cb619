import type { SmsErrorCode } from '@ujumbe/core';
import type { Fault, VendorError } from '../../dialect.js';
import type { ApiResponse } from '../../endpoint.js';
import type { RefusalCode } from '../../request-refused.js';
import { refusalDetail } from '../rest-framework.js';
import { timeView } from './fields.js';
import { modeOf, type Mode } from './mode.js';
import { wholeCredits } from './money.js';
import { conflictOf, firstWord, thingAt } from './words.js';

/** Source: contracts/mifumo.md §2. */
interface MifumoError extends VendorError {
  /** The word of the later versions; the first guide's is in `words.ts`. Absent where the path decides. */
  code?: string;
  /** What the first guide has in `details`, where it says more than the message. */
  details?: string;
  /** The message of the later versions, where it is another. */
  later?: string;
  /** What the second guide calls this kind of error. */
  type?: string;
}

const says = (status: number, code: string, message?: string, more: Partial<MifumoError> = {}): MifumoError => ({
  status,
  code,
  ...(message === undefined ? {} : { message }),
  ...more,
});

const endedKey = 'The provided API key is invalid or expired';
const invalid = says(400, 'INVALID_REQUEST_DATA');
const number = says(400, 'INVALID_PHONE_FORMAT');
const refused = says(400, 'NO_VALID_RECIPIENTS', 'No valid recipients found');
const unfunded = says(402, 'INSUFFICIENT_CREDITS', undefined, { type: 'Insufficient credits' });
const failed = says(500, 'SMS_SEND_FAILED');
const busy = says(429, 'RATE_LIMIT_EXCEEDED');
const missing: MifumoError = { status: 404, type: 'Not found' };
const ended = { details: endedKey };

export const errors: Readonly<Record<SmsErrorCode, MifumoError>> = {
  number_invalid: number,
  number_unassigned: number,
  not_mobile: number,
  absent_subscriber: number,
  memory_full: number,
  operator_dnd: refused,
  opted_out: refused,
  sender_unknown: says(400, 'SENDER_ID_NOT_REGISTERED', 'Sender ID is not registered'),
  sender_not_approved: says(400, 'SENDER_ID_NOT_APPROVED', 'Sender ID is not approved'),
  sender_suspended: says(400, 'SENDER_ID_NOT_APPROVED', 'Sender ID is not approved'),
  message_empty: says(400, 'MISSING_MESSAGE', 'Message text is required'),
  message_too_long: says(400, 'MESSAGE_TOO_LONG'),
  template_variable_missing: invalid,
  file_invalid: invalid,
  quiet_hours: failed,
  country_not_allowed: refused,
  velocity: busy,
  spend_cap_reached: unfunded,
  insufficient_balance: unfunded,
  price_missing: refused,
  no_route: refused,
  throttled: busy,
  transport_down: failed,
  upstream_rejected: failed,
  upstream_unavailable: failed,
  upstream_unknown: failed,
  expired: invalid,
  cancelled: invalid,
  not_failed: invalid,
  not_found: missing,
  conflict: { status: 400 },
  unauthenticated: says(401, 'INVALID_API_KEY', 'Invalid API Key or request payload', {
    later: 'Invalid API key',
    ...ended,
  }),
  token_expired: says(401, 'API_KEY_EXPIRED', 'API key is expired or revoked', ended),
  token_revoked: says(401, 'API_KEY_REVOKED', 'API key is expired or revoked', ended),
  scope_missing: says(403, 'INSUFFICIENT_PERMISSIONS', 'Insufficient permissions', {
    details: 'You do not have permission to perform this action.',
  }),
  account_suspended: says(403, 'ACCOUNT_SUSPENDED'),
  invalid_request: invalid,
  idempotency_mismatch: invalid,
  idempotency_in_progress: busy,
  rate_limited: says(429, 'RATE_LIMIT_EXCEEDED', 'Rate limit exceeded'),
  too_many_recipients: says(400, 'TOO_MANY_RECIPIENTS'),
  internal: says(500, 'INTERNAL_ERROR', 'Internal server error'),
};

export const refusals: Readonly<Record<RefusalCode, MifumoError>> = {
  not_found: says(404, 'NOT_FOUND', 'The requested resource was not found.', { type: 'Not found' }),
  method_not_allowed: says(405, 'METHOD_NOT_ALLOWED'),
  payload_too_large: says(413, 'INVALID_REQUEST_DATA', 'Request body is too large'),
  unsupported_media_type: says(415, 'INVALID_REQUEST_DATA'),
  malformed_body: says(400, 'INVALID_REQUEST_DATA', 'Invalid request data'),
  empty_body: says(400, 'INVALID_REQUEST_DATA', 'Invalid request data'),
  invalid_request: says(400, 'INVALID_REQUEST_DATA', 'Invalid request data'),
  credential_missing: says(401, 'AUTHENTICATION_REQUIRED', 'Authentication required', {
    details: refusalDetail.credential_missing(),
  }),
  credential_malformed: says(401, 'INVALID_AUTH_FORMAT'),
  https_required: says(403, 'HTTPS_REQUIRED', 'HTTPS required.'),
};

/** What is said of a fault, before it is put in one of the vendor's forms. */
interface Told {
  status: number;
  code: string;
  message: string;
  later: string;
  details: string | Readonly<Record<string, unknown>>;
  type: string;
  /** What programs may act on. */
  facts: object;
}

export const renderError =
  (mounted: Mode) =>
  (fault: Fault<MifumoError>): ApiResponse => {
    const mode = modeOf(fault.request.access, mounted);
    const told = toldOf(fault);
    return {
      // The live service has no 402.
      status: mode === 'live2026' && told.status === 402 ? 400 : told.status,
      headers: told.status === 401 ? { ...fault.headers, 'www-authenticate': 'Bearer realm="api"' } : fault.headers,
      body: JSON.stringify(told.status === 405 ? { detail: told.message } : bodies[mode](told)),
    };
  };

function toldOf(fault: Fault<MifumoError>): Told {
  const { vendor, issues, request } = fault;
  const [first] = issues;
  const thing = thingAt(request.endpoint?.path ?? '');
  const found = { not_found: `${thing.word}_NOT_FOUND`, conflict: conflictOf(thing.word) }[fault.code as string];
  const message = messageOf(fault, thing.name);
  return {
    status: vendor.status,
    code: first?.code ?? vendor.code ?? found ?? 'INVALID_REQUEST_DATA',
    message,
    later: vendor.later ?? message,
    details: fieldsOf(fault) ?? vendor.details ?? message,
    type: vendor.type ?? message,
    facts: factsOf(fault),
  };
}

function messageOf({ vendor, code, message, issues, details, request }: Fault<MifumoError>, thing: string): string {
  const [first] = issues;
  if (first) return first.code === undefined ? 'Invalid request data' : first.message;
  if (code === 'method_not_allowed') return refusalDetail.method_not_allowed(request.method);
  if (code === 'unsupported_media_type') {
    return refusalDetail.unsupported_media_type(request.headers['content-type']?.toString() ?? '');
  }
  if (code === 'not_found' && vendor.message === undefined) return `${thing} not found`;
  const { needed, available } = details ?? {};
  if (vendor.status === 402 && typeof needed === 'number' && typeof available === 'number') {
    return `You need ${Math.ceil(needed / 1_000)} credits to perform this action. Current balance: ${wholeCredits(available)} credits`;
  }
  return message;
}

/** The platform's own names for fields that the vendor calls otherwise. */
const fieldNames: Readonly<Record<string, string>> = { callback_url: 'webhook_url' };

/** What is wrong with which fields, where it is that. */
function fieldsOf({ issues, details, message }: Fault): Record<string, string[]> | undefined {
  if (typeof details?.field === 'string') return { [fieldNames[details.field] ?? details.field]: [message] };
  if (issues.length === 0) return undefined;
  const fields = new Map<string, string[]>();
  for (const { path, message: sentence } of issues) {
    const name = String(path[0] ?? 'non_field_errors');
    fields.set(name, [...(fields.get(name) ?? []), sentence]);
  }
  return Object.fromEntries(fields);
}

function factsOf({ vendor, details }: Fault): object {
  const { needed, available } = details ?? {};
  if (vendor.status !== 402 || typeof needed !== 'number' || typeof available !== 'number') return {};
  return {
    required_credits: Math.ceil(needed / 1_000),
    current_balance: wholeCredits(available),
    shortfall: Math.ceil((needed - available) / 1_000),
  };
}

const bodies: Readonly<Record<Mode, (told: Told) => object>> = {
  superset: ({ code, message, details, type, facts }) => ({
    success: false,
    message,
    data: null,
    error_code: firstWord(code),
    details,
    error: type,
    code,
    detail: typeof details === 'string' ? details : message,
    timestamp: timeView(Date.now()),
    ...facts,
  }),
  v1: ({ code, message, details }) => ({
    success: false,
    message,
    data: null,
    error_code: firstWord(code),
    details: typeof details === 'string' ? details : Object.values(details).flat().join(' '),
  }),
  v2: ({ status, code, message, details, type, facts }) => ({
    error: type,
    code,
    message,
    details: typeof details === 'string' ? {} : details,
    ...(status === 401 || status === 403 ? { detail: typeof details === 'string' ? details : message } : {}),
    ...facts,
  }),
  live2026: ({ code, later, facts }) => ({
    success: false,
    timestamp: timeView(Date.now()),
    message: later,
    error_code: code,
    ...facts,
  }),
};
