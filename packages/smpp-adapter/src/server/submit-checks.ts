import { PduError } from '../pdu/errors.js';
import { commandStatus } from '../status-codes.js';

/** The fields that submit_sm, submit_multi and data_sm have in common; those a PDU lacks are empty. */
export interface SubmitFields {
  readonly service_type: string;
  readonly source_addr_ton: number;
  readonly source_addr_npi: number;
  readonly source_addr: string;
  readonly esm_class: number;
  readonly priority_flag: number;
  readonly schedule_delivery_time: string;
  readonly validity_period: string;
  readonly registered_delivery: number;
  readonly replace_if_present_flag: number;
  readonly data_coding: number;
  readonly sm_default_msg_id: number;
  readonly short_message: Uint8Array;
}

const {
  ESME_RINVSRCTON,
  ESME_RINVSRCNPI,
  ESME_RINVSRCADR,
  ESME_RINVDSTADR,
  ESME_RINVESMCLASS,
  ESME_RINVPRTFLG,
  ESME_RINVREGDLVFLG,
  ESME_RINVREPFLAG,
  ESME_RINVDFTMSGID,
} = commandStatus;

/** Types of number up to "abbreviated", and the plans there are. Source: SMPP 3.4 §5.2.5 and §5.2.6. */
const lastTon = 6;
const numberingPlans = [0, 1, 3, 4, 6, 8, 9, 10, 14, 18];
const alphanumericTon = 5;
const longestName = 11;
const messageTypeBits = 0x3c;

/**
 * What a submit must be, in the order of contracts/smpp.md §5.3. What needs the account (its sender IDs, prices and
 * credit) is decided by the platform; any service_type and protocol_id is taken.
 */
const checks: readonly (readonly [status: number, field: string, isRefused: (submit: SubmitFields) => boolean])[] = [
  [ESME_RINVSRCTON, 'source_addr_ton', ({ source_addr_ton: ton }) => ton > lastTon],
  [ESME_RINVSRCNPI, 'source_addr_npi', ({ source_addr_npi: npi }) => !numberingPlans.includes(npi)],
  [ESME_RINVSRCADR, 'source_addr', ({ source_addr_ton: ton, source_addr: name }) => isTooLong(ton, name)],
  // The mode in the lowest bits says how to deliver: Kannel sends 3, store and forward, which is what we do.
  [ESME_RINVESMCLASS, 'esm_class', ({ esm_class }) => (esm_class & messageTypeBits) !== 0],
  [ESME_RINVPRTFLG, 'priority_flag', ({ priority_flag }) => priority_flag > 3],
  [ESME_RINVREGDLVFLG, 'registered_delivery', ({ registered_delivery }) => registered_delivery > 0x1f],
  [ESME_RINVREPFLAG, 'replace_if_present_flag', ({ replace_if_present_flag }) => replace_if_present_flag > 1],
  [ESME_RINVDFTMSGID, 'sm_default_msg_id', ({ sm_default_msg_id }) => sm_default_msg_id !== 0],
];

function isTooLong(ton: number, name: string): boolean {
  return ton === alphanumericTon && name.length > longestName;
}

/** @throws PduError with the status of the first check that a submit does not stand */
export function checkSubmit(submit: SubmitFields): void {
  for (const [status, field, isRefused] of checks) {
    if (isRefused(submit)) throw new PduError(status, `${field} is refused.`);
  }
}

const destinationForm = /^\+?\d{1,20}$/;
const internationalTon = 1;
const nationalTon = 2;

/**
 * The number a destination means, for the platform to read in the account's country: digits of an international
 * number with or without `+` or `00`, digits of an unknown or national one as they are.
 *
 * @throws PduError `ESME_RINVDSTADR`
 */
export function readDestination(ton: number, address: string): string {
  if (ton > nationalTon || !destinationForm.test(address)) {
    throw new PduError(ESME_RINVDSTADR, 'destination_addr is not a number.');
  }
  if (ton !== internationalTon || address.startsWith('+') || address.startsWith('00')) return address;
  return `+${address}`;
}
