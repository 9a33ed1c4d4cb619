import { SmsError, type Access, type Logger } from '@ujumbe/core';
import type { Dialect, Fault, VendorError } from './dialect.js';
import type { Endpoint } from './endpoint.js';
import type { RequestHeaders } from './request-headers.js';
import { RequestRefused } from './request-refused.js';
import { RequestInvalid } from './validate.js';

/** What is known of a request that failed. */
export interface FailedRequest {
  method: string;
  headers: RequestHeaders;
  endpoint: Endpoint | undefined;
  access: Access | undefined;
}

const unexpected = 'something went wrong on our side; try again';

/** Makes what was thrown a fault in a dialect's words; what nobody expected is logged and told without a word of it. */
export function faultOf(error: unknown, { errors, refusals }: Dialect, request: FailedRequest, logger: Logger): Fault {
  const fault = (code: Fault['code'], vendor: VendorError, message: string, more: Partial<Fault> = {}): Fault => ({
    vendor,
    code,
    message: vendor.message ?? message,
    issues: [],
    details: undefined,
    retryAfterMs: undefined,
    headers: {},
    request,
    ...more,
  });
  if (error instanceof RequestRefused) {
    return fault(error.code, refusals[error.code], error.message, { headers: error.headers });
  }
  if (error instanceof RequestInvalid) {
    return fault('invalid_request', errors.invalid_request, error.message, { issues: error.issues });
  }
  if (error instanceof SmsError && error.code !== 'internal') {
    const { code, message, details, retryAfterMs } = error;
    return fault(code, errors[code], message, { details, retryAfterMs, headers: retryHeaders(retryAfterMs) });
  }
  const { method, endpoint } = request;
  const during = endpoint ? `${endpoint.method} ${endpoint.path}` : method;
  logger.error({ endpoint: during, error: traceOf(error) }, 'a request failed unexpectedly');
  return fault('internal', errors.internal, unexpected);
}

/** A wait in whole seconds, as headers have it; one at least. */
export const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

const retryHeaders = (retryAfterMs: number | undefined): Record<string, string> =>
  retryAfterMs === undefined ? {} : { 'retry-after': String(secondsOf(retryAfterMs)) };

/** Where it happened, without its message: a database driver writes the values of a statement into that. */
function traceOf(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, stack = '', cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return { name, ...code, frames, ...(cause === undefined ? {} : { cause: traceOf(cause) }) };
}
