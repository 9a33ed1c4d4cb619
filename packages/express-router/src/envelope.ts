import type { ApiResponse } from './endpoint.js';

/** The envelope of the canonical API; source: contracts/mobilesasa.md §1. */
export function success(data: unknown, headers?: Readonly<Record<string, string>>): ApiResponse {
  const body = `{"success":true,"data":${JSON.stringify(data)}}`;
  return headers ? { status: 200, headers, body } : { status: 200, body };
}

/** The answer of a create that may be a repeat. */
export function successOnce(data: unknown, replayed: boolean): ApiResponse {
  return replayed ? success(data, { 'idempotent-replayed': 'true' }) : success(data);
}
