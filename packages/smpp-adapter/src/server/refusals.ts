import { SmsError, type Logger, type SmsErrorCode } from '@ujumbe/core';
import { commandStatus, statusOfError } from '../status-codes.js';
import type { EsmeSession } from './esme-session.js';

/** What ends a session's right to be here. */
const accessCodes: readonly SmsErrorCode[] = [
  'unauthenticated',
  'token_expired',
  'token_revoked',
  'scope_missing',
  'account_suspended',
];

/** Says what the platform's refusals and faults are answered with. */
export class Refusals {
  constructor(
    private readonly logger: Logger,
    /** Told of a session whose login seems to be over. */
    private readonly onAccessRefused: (esme: EsmeSession) => void,
  ) {}

  statusOf(esme: EsmeSession, error: unknown): number {
    if (error instanceof SmsError) {
      if (accessCodes.includes(error.code)) this.onAccessRefused(esme);
      return statusOfError[error.code];
    }
    this.noteFault(esme, error);
    return commandStatus.ESME_RSYSERR;
  }

  /** A fault of ours. Databases quote in their errors what they were given, so that only its kind is told. */
  noteFault(esme: EsmeSession, error: unknown): void {
    this.logger.error({ session: esme.id, account: esme.login.accountId, fault: kindOf(error) }, 'a request failed');
  }
}

/** The name and code of an error, without its sentence, which may hold numbers and texts. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
