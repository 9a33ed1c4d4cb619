import type { SmsErrorCode } from '@ujumbe/core';
import { nameOfStatus, type CommandStatusName } from '../status-codes.js';

/** What a submit that was refused means. Whatever it is, the operator does not have the message. */
export type Refusal =
  /** It will never be taken. */
  | { readonly code: SmsErrorCode }
  /** It may be taken later. */
  | {
      readonly retryAfterMs: number;
      /** True when the operator says that it is given too much. */
      readonly tooFast: boolean;
    };

const rejected: Refusal = { code: 'upstream_rejected' };
const invalidNumber: Refusal = { code: 'number_invalid' };
const invalidSender: Refusal = { code: 'sender_not_approved' };
const throttled: Refusal = { retryAfterMs: 1_000, tooFast: true };
const crowded: Refusal = { retryAfterMs: 5_000, tooFast: true };
const later: Refusal = { retryAfterMs: 5_000, tooFast: false };

/**
 * The meaning of each `command_status` in the answer to a submit_sm; total by type. Those that an ESME of renown
 * retries (Kannel, Jasmin) are retried, the others are final. Source: contracts/smpp.md §5.3 and §6.8.
 */
const refusals: Readonly<Record<Exclude<CommandStatusName, 'ESME_ROK'>, Refusal>> = {
  // The operator has too much to do.
  ESME_RTHROTTLED: throttled,
  ESME_RMSGQFUL: crowded,
  ESME_RX_T_APPN: crowded,
  // The operator, or the bind, is not well; what was sent is not at fault.
  ESME_RSYSERR: later,
  ESME_RINVBNDSTS: later,
  // The recipient.
  ESME_RINVDSTADR: invalidNumber,
  ESME_RINVDSTTON: invalidNumber,
  ESME_RINVDSTNPI: invalidNumber,
  // The sender ID.
  ESME_RINVSRCADR: invalidSender,
  ESME_RINVSRCTON: invalidSender,
  ESME_RINVSRCNPI: invalidSender,
  // The text.
  ESME_RINVMSGLEN: { code: 'message_too_long' },
  ESME_RINVEXPIRY: { code: 'expired' },
  // What follows says that the operator wants something else than it is sent, which an operator of ours has to see.
  ESME_RINVCMDLEN: rejected,
  ESME_RINVCMDID: rejected,
  ESME_RALYBND: rejected,
  ESME_RINVPRTFLG: rejected,
  ESME_RINVREGDLVFLG: rejected,
  ESME_RINVMSGID: rejected,
  ESME_RBINDFAIL: rejected,
  ESME_RINVPASWD: rejected,
  ESME_RINVSYSID: rejected,
  ESME_RCANCELFAIL: rejected,
  ESME_RREPLACEFAIL: rejected,
  ESME_RINVSERTYP: rejected,
  ESME_RINVNUMDESTS: rejected,
  ESME_RINVDLNAME: rejected,
  ESME_RINVDESTFLAG: rejected,
  ESME_RINVSUBREP: rejected,
  ESME_RINVESMCLASS: rejected,
  ESME_RCNTSUBDL: rejected,
  ESME_RSUBMITFAIL: rejected,
  ESME_RINVSYSTYP: rejected,
  ESME_RINVREPFLAG: rejected,
  ESME_RINVNUMMSGS: rejected,
  ESME_RINVSCHED: rejected,
  ESME_RINVDFTMSGID: rejected,
  ESME_RX_P_APPN: rejected,
  ESME_RX_R_APPN: rejected,
  ESME_RQUERYFAIL: rejected,
  ESME_RINVOPTPARSTREAM: rejected,
  ESME_ROPTPARNOTALLWD: rejected,
  ESME_RINVPARLEN: rejected,
  ESME_RMISSINGOPTPARAM: rejected,
  ESME_RINVOPTPARAMVAL: rejected,
  ESME_RDELIVERYFAILURE: rejected,
  ESME_RUNKNOWNERR: rejected,
  ESME_RINVDCS: rejected,
};

export interface StatusPolicy {
  readonly onSystemError?: 'defer' | 'reject';
  readonly statuses?: Readonly<Record<number, SmsErrorCode | 'defer'>>;
}

/** What a status other than 0 means from an operator. Reserved and vendor's own ones are final unless it is agreed. */
export function refusalOf(status: number, { onSystemError = 'defer', statuses }: StatusPolicy = {}): Refusal {
  const agreed = statuses?.[status];
  if (agreed !== undefined) return agreed === 'defer' ? later : { code: agreed };
  const name = nameOfStatus(status);
  if (name === undefined || name === 'ESME_ROK') return rejected;
  if (name === 'ESME_RSYSERR' && onSystemError === 'reject') return rejected;
  return refusals[name];
}

/** A status for people: its name where it has one, and its number. */
export function describeStatus(status: number): string {
  const number = `0x${status.toString(16).padStart(2, '0')}`;
  const name = nameOfStatus(status);
  return name === undefined ? `status ${number}` : `${name} (${number})`;
}
