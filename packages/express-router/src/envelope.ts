import { SmsError, type Logger } from '@ujumbe/core';
import { creditsView } from './api/fields.js';
import type { ApiResponse } from './endpoint.js';
import { RequestRefused } from './request-refused.js';

/** The envelope of the canonical API; source: contracts/mobilesasa.md §1. */
export function success(data: unknown, headers?: Readonly<Record<string, string>>): ApiResponse {
  const body = `{"success":true,"data":${JSON.stringify(data)}}`;
  return headers ? { status: 200, headers, body } : { status: 200, body };
}

/** The answer of a create that may be a repeat. */
export function successOnce(data: unknown, replayed: boolean): ApiResponse {
  return replayed ? success(data, { 'idempotent-replayed': 'true' }) : success(data);
}

/** Turns what was thrown into an answer; what nobody expected is logged and answered without a word of it. */
export function failure(error: unknown, logger: Logger, during: string): ApiResponse {
  if (error instanceof RequestRefused) {
    return { status: error.status, headers: error.headers, body: envelope(error.message, error.code) };
  }
  if (error instanceof SmsError && error.code !== 'internal') {
    return {
      status: error.status,
      headers: headersOf(error),
      body: envelope(error.message, error.code, detailsOf(error)),
    };
  }
  logger.error({ endpoint: during, error: traceOf(error) }, 'a request failed unexpectedly');
  return { status: 500, body: envelope('something went wrong on our side; try again', 'internal') };
}

function envelope(error: string, code: string, details?: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ success: false, error, code, details });
}

/** What the platform counts in thousandths of a credit, the API writes in credits. */
function detailsOf({ code, details }: SmsError): Readonly<Record<string, unknown>> | undefined {
  if (code !== 'insufficient_balance' || !details) return details;
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'number' ? creditsView(value) : value]),
  );
}

function headersOf(error: SmsError): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.status === 401) headers['www-authenticate'] = 'Bearer';
  if (error.retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.max(1, Math.ceil(error.retryAfterMs / 1_000)));
  }
  return headers;
}

/** Where it happened, without its message: a database driver writes the values of a statement into that. */
function traceOf(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, stack = '', cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return { name, ...code, frames, ...(cause === undefined ? {} : { cause: traceOf(cause) }) };
}
