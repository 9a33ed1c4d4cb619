import type { Access, SmsErrorCode } from '@ujumbe/core';
import type { ReadCredential } from './credentials.js';
import type { ApiResponse, BodyType, Endpoint } from './endpoint.js';
import type { CountedLimit, RateLimitPolicy } from './limits.js';
import type { RequestHeaders } from './request-headers.js';
import type { RefusalCode } from './request-refused.js';
import type { FieldIssue, SayIssue } from './validate.js';

/** What a vendor answers to an error. Vendors that say more have more fields. */
export interface VendorError {
  status: number;
  /** The vendor's words; those of the platform when absent. */
  message?: string;
}

/** Something that went wrong with a request, to be put in a vendor's words. */
export interface Fault<V extends VendorError = VendorError> {
  /** What the vendor's tables say of it. */
  vendor: V;
  /** Of the platform, or of HTTP. `internal` is all that is known of what nobody expected. */
  code: SmsErrorCode | RefusalCode;
  /** The vendor's words, or one sentence of the platform's that says what to do. */
  message: string;
  /** What is wrong with which fields, in the vendor's words; empty when it is nothing of the kind. */
  issues: readonly FieldIssue[];
  /** Facts a caller can act on, such as the missing credits. */
  details: Readonly<Record<string, unknown>> | undefined;
  retryAfterMs: number | undefined;
  /** What HTTP asks of the answer, such as `allow` and `retry-after`. */
  headers: Readonly<Record<string, string>>;
  request: {
    method: string;
    headers: RequestHeaders;
    endpoint: Endpoint | undefined;
    /** Whose request it was, when that was known by then. */
    access: Access | undefined;
  };
}

/** A vendor's API as its customers already speak it; the canonical API is one too. Pure: no Express, no store. */
export interface Dialect<V extends VendorError = VendorError> {
  name: string;
  /** What all its paths begin with. */
  prefix: string;
  /** Below these it answers also what it does not have; other unknown paths are somebody else's. Full paths. */
  owns: readonly string[];
  endpoints: readonly Endpoint[];
  /** What a request must show where its endpoint says nothing else. */
  credential: ReadCredential;
  /** The tenant a partner says it acts for; undefined when it acts for itself. Everybody does where this is absent. */
  readTenant?(headers: RequestHeaders): string | undefined;
  /** JSON unless given. */
  bodyTypes?: readonly BodyType[];
  /** What counts as sent when nothing was; refused unless given. */
  emptyBody?: unknown;
  /** Refuses requests that did not come over HTTPS, as far as the host trusts its proxies. */
  requireHttps?: boolean;
  /** Total by type: a new code does not compile until it is mapped. */
  errors: Readonly<Record<SmsErrorCode, V>>;
  refusals: Readonly<Record<RefusalCode, V>>;
  renderError(fault: Fault<V>): ApiResponse;
  /** What is wrong with a field, in the vendor's words. */
  say: SayIssue;
  /** Counted for each request. */
  limits: readonly RateLimitPolicy[];
  /** What the vendor's answers say of limits. */
  limitHeaders?(counted: readonly CountedLimit[]): Readonly<Record<string, string>>;
}

/** Forgets what a dialect's own errors hold beyond status and words, so that dialects stand in one list. */
export const dialect = <V extends VendorError>(described: Dialect<V>): Dialect => described;
