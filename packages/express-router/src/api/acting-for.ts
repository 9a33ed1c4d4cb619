import { SmsError, isUuid } from '@ujumbe/core';
import type { RequestHeaders } from '../request-headers.js';

/**
 * The tenant a partner acts for: `X-Ujumbe-Account: <uuid>`. Undefined when it acts for itself.
 *
 * @throws SmsError `invalid_request`
 */
export function readTenant({ 'x-ujumbe-account': named }: RequestHeaders): string | undefined {
  if (named === undefined) return undefined;
  const id = String(named).trim().toLowerCase();
  if (isUuid(id)) return id;
  throw new SmsError('invalid_request', 'X-Ujumbe-Account must be the uuid of one of your tenants');
}
