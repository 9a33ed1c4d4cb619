import { commandStatus } from '../status-codes.js';
import { PduError } from './errors.js';
import { readInt16, readInt32, writeInt16, writeInt32 } from './octets.js';

/** An optional parameter as it travels. The value is not copied: it lies in the octets of its PDU. */
export type Tlv = readonly [tag: number, value: Uint8Array];

interface TlvValues {
  int8: number;
  int16: number;
  int32: number;
  cstring: string;
  octets: Uint8Array;
}

interface KnownTlv<K extends keyof TlvValues = keyof TlvValues> {
  readonly tag: number;
  readonly kind: K;
  /** The fewest and the most octets its value has; of a cstring without the NUL, which not everybody sends. */
  readonly minOctets: number;
  readonly maxOctets: number;
  /** The first and last value that mean something, where the field cannot do with any other. */
  readonly range?: readonly [first: number, last: number];
}

const int8 = (tag: number, range?: readonly [number, number]): KnownTlv<'int8'> => ({
  tag,
  kind: 'int8',
  minOctets: 1,
  maxOctets: 1,
  ...(range && { range }),
});
const int16 = (tag: number): KnownTlv<'int16'> => ({ tag, kind: 'int16', minOctets: 2, maxOctets: 2 });
const int32 = (tag: number): KnownTlv<'int32'> => ({ tag, kind: 'int32', minOctets: 4, maxOctets: 4 });
const cstring = (tag: number, maxOctets: number): KnownTlv<'cstring'> => ({
  tag,
  kind: 'cstring',
  minOctets: 0,
  maxOctets,
});
const octets = (tag: number, minOctets: number, maxOctets = minOctets): KnownTlv<'octets'> => ({
  tag,
  kind: 'octets',
  minOctets,
  maxOctets,
});

/** The optional parameters of the specification. Source: SMPP 3.4 §5.3. */
export const knownTlvs = {
  dest_addr_subunit: int8(0x0005),
  dest_network_type: int8(0x0006),
  dest_bearer_type: int8(0x0007),
  dest_telematics_id: int16(0x0008),
  source_addr_subunit: int8(0x000d),
  source_network_type: int8(0x000e),
  source_bearer_type: int8(0x000f),
  source_telematics_id: int8(0x0010),
  qos_time_to_live: int32(0x0017),
  payload_type: int8(0x0019),
  additional_status_info_text: cstring(0x001d, 255),
  receipted_message_id: cstring(0x001e, 64),
  ms_msg_wait_facilities: int8(0x0030),
  privacy_indicator: int8(0x0201, [0, 3]),
  source_subaddress: octets(0x0202, 2, 23),
  dest_subaddress: octets(0x0203, 2, 23),
  user_message_reference: int16(0x0204),
  user_response_code: int8(0x0205),
  source_port: int16(0x020a),
  destination_port: int16(0x020b),
  sar_msg_ref_num: int16(0x020c),
  language_indicator: int8(0x020d),
  sar_total_segments: int8(0x020e, [1, 255]),
  sar_segment_seqnum: int8(0x020f, [1, 255]),
  sc_interface_version: int8(0x0210),
  callback_num_pres_ind: int8(0x0302),
  callback_num_atag: octets(0x0303, 0, 65),
  number_of_messages: int8(0x0304),
  callback_num: octets(0x0381, 4, 19),
  dpf_result: int8(0x0420),
  set_dpf: int8(0x0421),
  ms_availability_status: int8(0x0422),
  network_error_code: octets(0x0423, 3),
  message_payload: octets(0x0424, 0, 0xffff),
  delivery_failure_reason: int8(0x0425),
  more_messages_to_send: int8(0x0426),
  message_state: int8(0x0427),
  ussd_service_op: octets(0x0501, 1),
  display_time: int8(0x1201),
  sms_signal: int16(0x1203),
  ms_validity: int8(0x1204),
  alert_on_message_delivery: octets(0x130c, 0),
  its_reply_type: int8(0x1380),
  its_session_info: octets(0x1383, 2),
} as const satisfies Record<string, KnownTlv>;

export type TlvName = keyof typeof knownTlvs;

/** What the value of a known TLV is: a number, a latin1 string, or octets. */
export type TlvValue<N extends TlvName> = TlvValues[(typeof knownTlvs)[N]['kind']];

const byTag = new Map<number, KnownTlv>(Object.values(knownTlvs).map((known) => [known.tag, known]));

const headOctets = 4;

/** Reads the TLVs from `at` to `end`. Throws `PduError` with `ESME_RINVOPTPARSTREAM` when one runs past the end. */
export function readTlvs(buffer: Buffer, at: number, end: number): Tlv[] {
  const tlvs: Tlv[] = [];
  while (at < end) {
    const next = at + headOctets <= end ? at + headOctets + readInt16(buffer, at + 2) : Infinity;
    if (next > end) throw new PduError(commandStatus.ESME_RINVOPTPARSTREAM, 'A TLV runs past the end of the PDU.');
    tlvs.push([readInt16(buffer, at), buffer.subarray(at + headOctets, next)]);
    at = next;
  }
  return tlvs;
}

/**
 * Refuses a known TLV whose length (`ESME_RINVPARLEN`) or value (`ESME_RINVOPTPARAMVAL`) cannot be. Unknown tags are
 * no business of ours.
 */
export function checkTlvs(tlvs: readonly Tlv[]): void {
  for (const [tag, value] of tlvs) {
    const known = byTag.get(tag);
    if (!known) continue;
    if (!fits(known, value)) throw new PduError(commandStatus.ESME_RINVPARLEN, `TLV ${hex(tag)} has a wrong length.`);
    const [first, last] = known.range ?? [-Infinity, Infinity];
    const number = Number(valueOf(known, value));
    if (number < first || number > last) {
      throw new PduError(commandStatus.ESME_RINVOPTPARAMVAL, `TLV ${hex(tag)} has a value out of range.`);
    }
  }
}

/** The value of the first TLV of that name; undefined when there is none, or none of a length that can be read. */
export function tlvValue<N extends TlvName>(tlvs: readonly Tlv[], name: N): TlvValue<N> | undefined {
  const known: KnownTlv = knownTlvs[name];
  const found = tlvs.find(([tag, value]) => tag === known.tag && fits(known, value));
  return found && (valueOf(known, found[1]) as TlvValue<N>);
}

/** A TLV to send. Throws `PduError` for a value that its field does not hold. */
export function tlv<N extends TlvName>(name: N, value: TlvValue<N>): Tlv {
  const known: KnownTlv = knownTlvs[name];
  const written = octetsOf(known, value);
  if (written === undefined || !fits(known, written)) {
    throw new PduError(commandStatus.ESME_RINVPARLEN, `${name} does not hold such a value.`);
  }
  return [known.tag, written];
}

/** How many octets TLVs take in a PDU. */
export function octetsOfTlvs(tlvs: readonly Tlv[]): number {
  return tlvs.reduce((sum, [, value]) => sum + headOctets + value.length, 0);
}

/** Writes TLVs and answers with where they end. */
export function writeTlvs(target: Uint8Array, at: number, tlvs: readonly Tlv[]): number {
  for (const [tag, value] of tlvs) {
    if (value.length > 0xffff) throw new PduError(commandStatus.ESME_RINVPARLEN, `TLV ${hex(tag)} is too long.`);
    writeInt16(target, at, tag);
    writeInt16(target, at + 2, value.length);
    target.set(value, at + headOctets);
    at += headOctets + value.length;
  }
  return at;
}

function fits({ kind, minOctets, maxOctets }: KnownTlv, { length }: Uint8Array): boolean {
  return length >= minOctets && length <= maxOctets + Number(kind === 'cstring');
}

function valueOf({ kind }: KnownTlv, value: Uint8Array): TlvValues[keyof TlvValues] {
  switch (kind) {
    case 'int8':
      return value[0] ?? 0;
    case 'int16':
      return readInt16(value, 0);
    case 'int32':
      return readInt32(value, 0);
    case 'cstring': {
      const nul = value.indexOf(0);
      return Buffer.from(value.buffer, value.byteOffset, nul === -1 ? value.length : nul).toString('latin1');
    }
    case 'octets':
      return value;
  }
}

/** The octets of a value; undefined when it is not of its kind. */
function octetsOf({ kind, maxOctets }: KnownTlv, value: TlvValues[keyof TlvValues]): Uint8Array | undefined {
  if (kind === 'octets') return value instanceof Uint8Array ? value : undefined;
  if (kind === 'cstring') {
    return typeof value === 'string' && isLatin1WithoutNul(value) ? Buffer.from(`${value}\0`, 'latin1') : undefined;
  }
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= 256 ** maxOctets) return undefined;
  const written = Buffer.alloc(maxOctets);
  if (kind === 'int8') written[0] = value;
  else if (kind === 'int16') writeInt16(written, 0, value);
  else writeInt32(written, 0, value);
  return written;
}

function isLatin1WithoutNul(value: string): boolean {
  return !/[\0\u0100-\uffff]/.test(value);
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(4, '0')}`;
}
