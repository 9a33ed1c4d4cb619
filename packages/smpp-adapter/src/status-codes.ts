import type { SmsErrorCode } from '@ujumbe/core';

/**
 * `command_status` by name. Source: SMPP 3.4 §5.1.3. `ESME_RINVDCS` is of SMPP 5.0: 3.4 has no word for a
 * `data_coding` that is not supported, and peers of either version read this one.
 */
export const commandStatus = {
  ESME_ROK: 0x00,
  ESME_RINVMSGLEN: 0x01,
  ESME_RINVCMDLEN: 0x02,
  ESME_RINVCMDID: 0x03,
  ESME_RINVBNDSTS: 0x04,
  ESME_RALYBND: 0x05,
  ESME_RINVPRTFLG: 0x06,
  ESME_RINVREGDLVFLG: 0x07,
  ESME_RSYSERR: 0x08,
  ESME_RINVSRCADR: 0x0a,
  ESME_RINVDSTADR: 0x0b,
  ESME_RINVMSGID: 0x0c,
  ESME_RBINDFAIL: 0x0d,
  ESME_RINVPASWD: 0x0e,
  ESME_RINVSYSID: 0x0f,
  ESME_RCANCELFAIL: 0x11,
  ESME_RREPLACEFAIL: 0x13,
  ESME_RMSGQFUL: 0x14,
  ESME_RINVSERTYP: 0x15,
  ESME_RINVNUMDESTS: 0x33,
  ESME_RINVDLNAME: 0x34,
  ESME_RINVDESTFLAG: 0x40,
  ESME_RINVSUBREP: 0x42,
  ESME_RINVESMCLASS: 0x43,
  ESME_RCNTSUBDL: 0x44,
  ESME_RSUBMITFAIL: 0x45,
  ESME_RINVSRCTON: 0x48,
  ESME_RINVSRCNPI: 0x49,
  ESME_RINVDSTTON: 0x50,
  ESME_RINVDSTNPI: 0x51,
  ESME_RINVSYSTYP: 0x53,
  ESME_RINVREPFLAG: 0x54,
  ESME_RINVNUMMSGS: 0x55,
  ESME_RTHROTTLED: 0x58,
  ESME_RINVSCHED: 0x61,
  ESME_RINVEXPIRY: 0x62,
  ESME_RINVDFTMSGID: 0x63,
  ESME_RX_T_APPN: 0x64,
  ESME_RX_P_APPN: 0x65,
  ESME_RX_R_APPN: 0x66,
  ESME_RQUERYFAIL: 0x67,
  ESME_RINVOPTPARSTREAM: 0xc0,
  ESME_ROPTPARNOTALLWD: 0xc1,
  ESME_RINVPARLEN: 0xc2,
  ESME_RMISSINGOPTPARAM: 0xc3,
  ESME_RINVOPTPARAMVAL: 0xc4,
  ESME_RDELIVERYFAILURE: 0xfe,
  ESME_RUNKNOWNERR: 0xff,
  ESME_RINVDCS: 0x104,
} as const;

export type CommandStatusName = keyof typeof commandStatus;

const names = new Map<number, CommandStatusName>(
  Object.entries(commandStatus).map(([name, status]) => [status, name as CommandStatusName]),
);

/** The name of a status a peer sent; undefined for reserved and vendor-specific ones. */
export function nameOfStatus(status: number): CommandStatusName | undefined {
  return names.get(status);
}

const {
  ESME_RINVMSGLEN,
  ESME_RBINDFAIL,
  ESME_RINVPASWD,
  ESME_RSYSERR,
  ESME_RINVSRCADR,
  ESME_RINVDSTADR,
  ESME_RINVMSGID,
  ESME_RCANCELFAIL,
  ESME_RINVEXPIRY,
  ESME_RMSGQFUL,
  ESME_RSUBMITFAIL,
  ESME_RTHROTTLED,
} = commandStatus;

/**
 * What an ESME is answered when the platform refuses; total by type. Source: contracts/smpp.md §5.3, then
 * contracts/mobilesasa.md §10.
 *
 * `ESME_RTHROTTLED`, `ESME_RMSGQFUL` and `ESME_RSYSERR` make Kannel and Jasmin send the message again, so they answer
 * only what passes by itself. A wallet does not fill by itself: without credit it is `ESME_RSUBMITFAIL`.
 */
export const statusOfError: Record<SmsErrorCode, number> = {
  // recipient
  number_invalid: ESME_RINVDSTADR,
  number_unassigned: ESME_RINVDSTADR,
  not_mobile: ESME_RINVDSTADR,
  absent_subscriber: ESME_RSUBMITFAIL,
  memory_full: ESME_RSUBMITFAIL,
  operator_dnd: ESME_RSUBMITFAIL,
  opted_out: ESME_RSUBMITFAIL,
  // sender
  sender_unknown: ESME_RINVSRCADR,
  sender_not_approved: ESME_RINVSRCADR,
  sender_suspended: ESME_RINVSRCADR,
  // content
  message_empty: ESME_RINVMSGLEN,
  message_too_long: ESME_RINVMSGLEN,
  template_variable_missing: ESME_RSUBMITFAIL,
  file_invalid: ESME_RSUBMITFAIL,
  // policy
  quiet_hours: ESME_RSUBMITFAIL,
  country_not_allowed: ESME_RINVDSTADR,
  velocity: ESME_RTHROTTLED,
  spend_cap_reached: ESME_RSUBMITFAIL,
  // money
  insufficient_balance: ESME_RSUBMITFAIL,
  price_missing: ESME_RINVDSTADR,
  // route
  no_route: ESME_RINVDSTADR,
  throttled: ESME_RTHROTTLED,
  transport_down: ESME_RMSGQFUL,
  upstream_rejected: ESME_RSUBMITFAIL,
  upstream_unavailable: ESME_RMSGQFUL,
  // The message may have been sent: an answer that asks for it again would send it twice.
  upstream_unknown: ESME_RSUBMITFAIL,
  // lifecycle
  expired: ESME_RINVEXPIRY,
  cancelled: ESME_RSUBMITFAIL,
  not_failed: ESME_RSUBMITFAIL,
  not_found: ESME_RINVMSGID,
  conflict: ESME_RCANCELFAIL,
  // access: an unknown name and a wrong password get one answer, so that nobody can find out account names
  unauthenticated: ESME_RINVPASWD,
  token_expired: ESME_RINVPASWD,
  token_revoked: ESME_RINVPASWD,
  scope_missing: ESME_RBINDFAIL,
  account_suspended: ESME_RBINDFAIL,
  // request
  invalid_request: ESME_RSUBMITFAIL,
  idempotency_mismatch: ESME_RSUBMITFAIL,
  idempotency_in_progress: ESME_RMSGQFUL,
  rate_limited: ESME_RTHROTTLED,
  too_many_recipients: ESME_RSUBMITFAIL,
  // platform
  internal: ESME_RSYSERR,
};
