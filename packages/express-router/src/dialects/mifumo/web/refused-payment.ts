import { SmsError } from '@ujumbe/core';
import type { ApiResponse } from '../../../endpoint.js';
import { RequestInvalid } from '../../../validate.js';
import { json } from './answer.js';

const refusal = (status: number, message: string, more: object = {}): ApiResponse =>
  json({ success: false, message, ...more }, status);

/** A wallet that will not ask the phone; any other error goes on its way. */
function walletRefusal(error: unknown): ApiResponse {
  if (error instanceof SmsError && (error.code === 'upstream_rejected' || error.code === 'upstream_unavailable')) {
    return refusal(400, 'Failed to initiate payment', { error: error.message });
  }
  throw error;
}

/** What is wrong with an order for a package is said in one sentence. Source: contracts/mifumo.md §7.2. */
export function orderRefusal(error: unknown, invalidPhone: string): ApiResponse {
  if (error instanceof RequestInvalid) {
    const [first] = error.issues;
    if (first?.code !== undefined) return refusal(400, first.message);
  }
  if (error instanceof SmsError) {
    if (error.code === 'number_invalid') return refusal(400, invalidPhone);
    if (error.code === 'not_found') {
      return refusal(404, 'Package not found or inactive. Please select a valid package.');
    }
    if (error.code === 'invalid_request') return refusal(400, error.message);
  }
  return walletRefusal(error);
}

/** The framework's names of the fields that an order calls otherwise. */
const fieldNames: Readonly<Record<string, string>> = { mobile_money_provider: 'provider' };

/** Where each field is told of by its name. */
export function fieldRefusal(error: unknown): ApiResponse {
  if (error instanceof RequestInvalid) {
    const issues = error.issues.map(({ path: [name = ''], message }) => {
      return { path: [fieldNames[String(name)] ?? name], message };
    });
    throw new RequestInvalid(issues);
  }
  if (error instanceof SmsError && error.code === 'number_invalid') {
    throw new RequestInvalid([{ path: ['phone_number'], message: error.message }]);
  }
  return walletRefusal(error);
}
