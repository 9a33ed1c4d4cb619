/**
 * Every way the platform can refuse or fail, as a closed table. A dialect maps each code to its vendor's own words,
 * and its map is total by type: a code added here does not compile until every dialect has an answer for it.
 */
const retryable = true;
const permanent = false;

/** What a code means to a caller: whether trying again may help, and the HTTP status the canonical API answers with. */
export interface ErrorTrait {
  /** True when the same request may succeed later without being changed. */
  readonly retryable: boolean;
  /** True when the message was handed over, so that the customer pays for it all the same. */
  readonly billable: boolean;
  /** HTTP status of the canonical API. */
  readonly status: number;
}

const trait = (canRetry: boolean, status: number, billable = false): ErrorTrait => ({
  retryable: canRetry,
  billable,
  status,
});

export const errorTraits = {
  // recipient
  number_invalid: trait(permanent, 400),
  number_unassigned: trait(permanent, 400, true),
  not_mobile: trait(permanent, 400),
  absent_subscriber: trait(retryable, 400, true),
  memory_full: trait(retryable, 400, true),
  operator_dnd: trait(permanent, 400, true),
  opted_out: trait(permanent, 400),
  // sender
  sender_unknown: trait(permanent, 400),
  sender_not_approved: trait(permanent, 400),
  sender_suspended: trait(permanent, 400),
  // content
  message_empty: trait(permanent, 400),
  message_too_long: trait(permanent, 400),
  template_variable_missing: trait(permanent, 400),
  file_invalid: trait(permanent, 400),
  // policy
  quiet_hours: trait(retryable, 400),
  country_not_allowed: trait(permanent, 400),
  velocity: trait(retryable, 429),
  spend_cap_reached: trait(retryable, 402),
  // money
  insufficient_balance: trait(retryable, 402),
  price_missing: trait(permanent, 400),
  // route
  no_route: trait(permanent, 400),
  throttled: trait(retryable, 429),
  transport_down: trait(retryable, 503),
  upstream_rejected: trait(permanent, 400),
  upstream_unavailable: trait(retryable, 503),
  upstream_unknown: trait(retryable, 503),
  // lifecycle
  expired: trait(permanent, 400),
  cancelled: trait(permanent, 400),
  not_failed: trait(permanent, 400),
  not_found: trait(permanent, 404),
  conflict: trait(permanent, 409),
  // access
  unauthenticated: trait(permanent, 401),
  token_expired: trait(permanent, 401),
  token_revoked: trait(permanent, 401),
  scope_missing: trait(permanent, 403),
  account_suspended: trait(permanent, 403),
  // request
  invalid_request: trait(permanent, 400),
  idempotency_mismatch: trait(permanent, 422),
  idempotency_in_progress: trait(retryable, 409),
  rate_limited: trait(retryable, 429),
  too_many_recipients: trait(permanent, 400),
  // platform
  internal: trait(retryable, 500),
} as const satisfies Record<string, ErrorTrait>;

export type SmsErrorCode = keyof typeof errorTraits;

export interface SmsErrorOptions {
  /** What made this happen; logged, never shown to a customer. */
  cause?: unknown;
  /** How long to wait before trying again, in milliseconds. */
  retryAfterMs?: number;
  /** Facts a caller can act on, such as the missing credits. Shown to the customer. */
  details?: Readonly<Record<string, unknown>>;
}

/** The only error the platform throws on purpose. The message is one sentence that says what to do. */
export class SmsError extends Error {
  readonly code: SmsErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: SmsErrorCode, message: string, options: SmsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SmsError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }

  get retryable(): boolean {
    return errorTraits[this.code].retryable;
  }

  get status(): number {
    return errorTraits[this.code].status;
  }
}
