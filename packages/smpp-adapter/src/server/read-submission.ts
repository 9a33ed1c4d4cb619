import {
  measureText,
  type EsmeLogin,
  type EsmePart,
  type EsmeSubmission,
  type EsmeTell,
  type Lane,
} from '@ujumbe/core';
import type { DataSm, DestAddress, SubmitMulti, SubmitSm, UnsuccessSme } from '../pdu/commands.js';
import { PduError } from '../pdu/errors.js';
import type { Pdu } from '../pdu/pdu.js';
import { tlvValue, type Tlv } from '../pdu/tlvs.js';
import { commandStatus } from '../status-codes.js';
import type { Concatenation } from '../user-data/concatenation.js';
import { readUserData, type UserData, type UserDataFields } from '../user-data/read-user-data.js';
import { writeEnvelope } from './envelope.js';
import { checkSubmit, readDestination, type SubmitFields } from './submit-checks.js';
import { readSubmitTimes } from './submit-times.js';
import { writeSmppTime } from './smpp-time.js';

/** What a PDU asks to be sent. */
export interface ReadSubmission {
  readonly submission: EsmeSubmission;
  /** What it takes of the session's rate: its segments, for each of its numbers. */
  readonly segments: number;
  /** Whether it takes the place of what is pending from the same sender to the same numbers. */
  readonly replaces: boolean;
  /** The destinations of a submit_multi in the order of the items, and those that are no numbers. */
  readonly destinations: readonly Destination[];
  readonly unsuccessful: readonly UnsuccessSme[];
}

export type Destination = Extract<DestAddress, { dest_flag: 1 }>;

/** What of a session decides how a submit is read. */
export interface SubmitContext {
  readonly sessionId: string;
  readonly login: EsmeLogin;
  readonly nowMs: number;
}

const {
  ESME_RINVDCS,
  ESME_RINVDLNAME,
  ESME_RINVDSTADR,
  ESME_RINVESMCLASS,
  ESME_RINVSUBREP,
  ESME_RMISSINGOPTPARAM,
  ESME_RSUBMITFAIL,
} = commandStatus;

/**
 * By priority_flag. Most ESMEs leave it 0, which must therefore not be the lane that waits for the others; only who
 * says "very urgent" means a password for this minute.
 */
const lanes: readonly Lane[] = ['transactional', 'transactional', 'transactional', 'otp'];

/** By the two lowest bits of registered_delivery. The others ask for what only handsets send, and are tolerated. */
const tells: readonly EsmeTell[] = ['never', 'always', 'failure', 'success'];

/** Application ports: a text to a port is data for a program, and would arrive as a text for its owner. */
const portElements = [0x04, 0x05];

/** @throws PduError with the status to answer */
export function readSubmitSm({ body, tlvs }: Pdu<'submit_sm'>, context: SubmitContext): ReadSubmission {
  return readSubmit(body, [destinationOf(body)], tlvs, context);
}

/** @throws PduError with the status to answer */
export function readSubmitMulti({ body, tlvs }: Pdu<'submit_multi'>, context: SubmitContext): ReadSubmission {
  const destinations = body.dest_address.filter((dest) => dest.dest_flag === 1);
  if (destinations.length < body.dest_address.length) {
    throw new PduError(ESME_RINVDLNAME, 'There are no distribution lists.');
  }
  return readSubmit(body satisfies Omit<SubmitMulti, 'dest_address'>, destinations, tlvs, context);
}

/** @throws PduError with the status to answer */
export function readDataSm({ body, tlvs }: Pdu<'data_sm'>, context: SubmitContext): ReadSubmission {
  if (tlvValue(tlvs, 'message_payload') === undefined) {
    throw new PduError(ESME_RMISSINGOPTPARAM, 'message_payload is missing.');
  }
  const seconds = tlvValue(tlvs, 'qos_time_to_live');
  const validity = seconds === undefined ? '' : writeSmppTime(context.nowMs + seconds * 1_000);
  return readSubmit({ ...unsaid, ...body, validity_period: validity }, [destinationOf(body)], tlvs, context);
}

/** What data_sm has no fields for. */
const unsaid = {
  priority_flag: 0,
  schedule_delivery_time: '',
  validity_period: '',
  replace_if_present_flag: 0,
  sm_default_msg_id: 0,
  short_message: Buffer.alloc(0),
};

const destinationOf = (body: SubmitSm | DataSm): Destination => ({
  dest_flag: 1,
  dest_addr_ton: body.dest_addr_ton,
  dest_addr_npi: body.dest_addr_npi,
  destination_addr: body.destination_addr,
});

function readSubmit(
  fields: SubmitFields,
  wanted: readonly Destination[],
  tlvs: readonly Tlv[],
  { sessionId, login, nowMs }: SubmitContext,
): ReadSubmission {
  checkSubmit(fields);
  const { scheduledAt, validityMs } = readSubmitTimes(fields, nowMs);
  const { text, concat } = readText(fields, tlvs, login);
  const items: EsmeSubmission['items'][number][] = [];
  const destinations: Destination[] = [];
  const unsuccessful: UnsuccessSme[] = [];
  for (const destination of wanted) {
    const to = numberOf(destination);
    if (to === undefined) unsuccessful.push(unsuccessOf(destination, ESME_RINVDSTADR));
    else {
      items.push({ to, envelope: envelopeOf(fields, destination, text) });
      destinations.push(destination);
    }
  }
  if (items.length === 0) throw new PduError(ESME_RINVDSTADR, 'There is no number among the destinations.');
  const part = partOf(concat);
  if (part && items.length > 1) throw new PduError(ESME_RSUBMITFAIL, 'A part goes to one number.');
  const replaces = fields.replace_if_present_flag === 1;
  // What it is to replace is found by the message it becomes, and a part becomes none by itself.
  if (part && replaces) throw new PduError(ESME_RINVSUBREP, 'A part replaces nothing.');
  const submission: EsmeSubmission = {
    items,
    senderId: fields.source_addr === '' ? undefined : fields.source_addr,
    text,
    part,
    lane: lanes[fields.priority_flag],
    scheduledAt,
    validityMs,
    tell: tellOf(fields.registered_delivery),
    session: sessionId,
  };
  return { submission, segments: items.length * measureText(text).segments, replaces, destinations, unsuccessful };
}

/** Whom a registered_delivery wants to hear of. */
export function tellOf(registeredDelivery: number): EsmeTell {
  return tells[registeredDelivery & 3] ?? 'never';
}

/** A destination of a submit_multi that was not taken. */
export function unsuccessOf(destination: Destination, status: number): UnsuccessSme {
  const { dest_addr_ton, dest_addr_npi, destination_addr } = destination;
  return { dest_addr_ton, dest_addr_npi, destination_addr, error_status_code: status };
}

function numberOf({ dest_addr_ton, destination_addr }: Destination): string | undefined {
  try {
    return readDestination(dest_addr_ton, destination_addr);
  } catch (error) {
    if (error instanceof PduError) return undefined;
    throw error;
  }
}

function readText(
  { esm_class, data_coding, short_message }: SubmitFields,
  tlvs: readonly Tlv[],
  login: EsmeLogin,
): UserData & { text: string } {
  const fields = { esm_class, data_coding, short_message };
  return readTextOf(tlvs.length === 0 ? fields : { ...fields, ...textTlvs(tlvs) }, login);
}

/** @throws PduError with the status to answer, `ESME_RINVDCS` for octets that are no text */
export function readTextOf(fields: UserDataFields, { settings }: EsmeLogin): UserData & { text: string } {
  const data = readUserData(fields, settings.alphabet === null ? {} : { defaultAlphabet: settings.alphabet });
  if (data.text === undefined) throw new PduError(ESME_RINVDCS, 'data_coding says that this is no text.');
  if (data.elements.some(({ identifier }) => portElements.includes(identifier))) {
    throw new PduError(ESME_RINVESMCLASS, 'A message to a port is not supported.');
  }
  return data;
}

/** The TLVs that hold a text, or tell its place in a longer one. */
export function textTlvs(tlvs: readonly Tlv[]): Pick<UserDataFields, 'message_payload' | 'sar'> {
  const ref = tlvValue(tlvs, 'sar_msg_ref_num');
  const total = tlvValue(tlvs, 'sar_total_segments');
  const seq = tlvValue(tlvs, 'sar_segment_seqnum');
  const isSar = ref !== undefined && total !== undefined && seq !== undefined;
  return { message_payload: tlvValue(tlvs, 'message_payload'), sar: isSar ? { ref, total, seq } : undefined };
}

/** References of each form count by themselves. */
function partOf(concat: Concatenation | undefined): EsmePart | undefined {
  return concat && { reference: `${concat.bits}:${concat.ref}`, total: concat.total, number: concat.part };
}

function envelopeOf(fields: SubmitFields, destination: Destination, text: string): string {
  const { source_addr_ton, source_addr_npi, source_addr, service_type, data_coding } = fields;
  const { dest_addr_ton, dest_addr_npi, destination_addr } = destination;
  return writeEnvelope({
    source: { ton: source_addr_ton, npi: source_addr_npi, addr: source_addr },
    destination: { ton: dest_addr_ton, npi: dest_addr_npi, addr: destination_addr },
    serviceType: service_type,
    dataCoding: data_coding,
    text,
  });
}
