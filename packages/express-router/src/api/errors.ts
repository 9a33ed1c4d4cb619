import { errorTraits, type BelowCost, type SmsErrorCode } from '@ujumbe/core';
import type { Fault, VendorError } from '../dialect.js';
import type { ApiResponse } from '../endpoint.js';
import type { RefusalCode } from '../request-refused.js';
import { creditsView } from './fields.js';
import { sentenceOf } from './words.js';

interface CanonicalError extends VendorError {
  /** The word for programs; the platform's own when absent. */
  code?: string;
}

/** The platform's codes and their traits are the canonical API's. */
export const errors = Object.fromEntries(
  Object.entries(errorTraits).map(([code, { status }]) => [code, { status }]),
) as Record<SmsErrorCode, CanonicalError>;

export const refusals: Readonly<Record<RefusalCode, CanonicalError>> = {
  not_found: { status: 404 },
  method_not_allowed: { status: 405 },
  payload_too_large: { status: 413 },
  unsupported_media_type: { status: 415 },
  malformed_body: { status: 400, code: 'invalid_request' },
  empty_body: { status: 400, code: 'invalid_request' },
  invalid_request: { status: 400 },
  credential_missing: { status: 401, code: 'unauthenticated' },
  credential_malformed: { status: 401, code: 'unauthenticated' },
  https_required: { status: 403 },
};

/** `{"success":false,"error":"sentence","code":"word"}`; source: contracts/mobilesasa.md §1. */
export function renderError({ vendor, code, message, issues, details, headers }: Fault<CanonicalError>): ApiResponse {
  return {
    status: vendor.status,
    headers: vendor.status === 401 ? { ...headers, 'www-authenticate': 'Bearer' } : headers,
    body: JSON.stringify({
      success: false,
      error: issues.length > 0 ? sentenceOf(issues) : message,
      code: vendor.code ?? code,
      details: inCredits(code, details),
    }),
  };
}

/** What the platform counts in thousandths of a credit, the API writes in credits. */
function inCredits(code: string, details: Fault['details']): Fault['details'] {
  if (details && 'below_cost' in details) {
    const sales = details.below_cost as readonly BelowCost[];
    const shown = sales.map(({ prefix, credits, cost }) => ({
      prefix,
      credits: creditsView(credits),
      cost: creditsView(cost),
    }));
    return { ...details, below_cost: shown };
  }
  if (code !== 'insufficient_balance' || !details) return details;
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'number' ? creditsView(value) : value]),
  );
}
