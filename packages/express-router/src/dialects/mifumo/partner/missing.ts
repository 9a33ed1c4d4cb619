import { SmsError } from '@ujumbe/core';

/** What is not found below a tenant that is there is this, and not the tenant. */
export const asMissing =
  (thing: 'message' | 'package' | 'transaction') =>
  (error: unknown): never => {
    if (!(error instanceof SmsError) || error.code !== 'not_found') throw error;
    throw new SmsError('not_found', error.message, { details: { thing } });
  };
